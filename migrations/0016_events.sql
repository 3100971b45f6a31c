CREATE TABLE `events` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	`kind` text NOT NULL,
	`application` text NOT NULL,
	`subscription` text,
	`limit` text NOT NULL,
	`data` text NOT NULL,
	`source` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_source` ON `events` (`source`);--> statement-breakpoint
CREATE INDEX `events_workspace` ON `events` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `events_application` ON `events` (`application`,`id`);