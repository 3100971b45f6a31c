CREATE TABLE `schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`api` text NOT NULL,
	`version` text NOT NULL,
	`does` text NOT NULL,
	`environment` text,
	`revision` text,
	`reason` text,
	`at` integer NOT NULL,
	`state` text NOT NULL,
	`failure` text,
	`actor_kind` text NOT NULL,
	`actor` text NOT NULL,
	`try_at` integer NOT NULL,
	`attempts` integer NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `schedules_due` ON `schedules` (`state`,`try_at`);--> statement-breakpoint
CREATE INDEX `schedules_workspace` ON `schedules` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `schedules_version` ON `schedules` (`version`);