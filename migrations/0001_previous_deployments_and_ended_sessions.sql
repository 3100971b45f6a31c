CREATE TABLE `ended_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`ends_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ended_sessions_end` ON `ended_sessions` (`ends_at`);--> statement-breakpoint
ALTER TABLE `deployments` ADD `previous` text;