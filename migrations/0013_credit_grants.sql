CREATE TABLE `credit_grants` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	`application` text NOT NULL,
	`subscription` text NOT NULL,
	`units` integer NOT NULL,
	`priority` integer NOT NULL,
	`effective_at` integer NOT NULL,
	`expires_at` integer,
	`voided_at` integer,
	`note` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `credit_grants_workspace` ON `credit_grants` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `credit_grants_subscription` ON `credit_grants` (`subscription`,`id`);