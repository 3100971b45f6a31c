CREATE TABLE `members` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`organization` text NOT NULL,
	`person` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `members_person` ON `members` (`organization`,`person`);--> statement-breakpoint
CREATE INDEX `members_workspace` ON `members` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `members_by_person` ON `members` (`person`);--> statement-breakpoint
CREATE TABLE `admins` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`person` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`person`) REFERENCES `people`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `admins_person` ON `admins` (`workspace`,`person`);--> statement-breakpoint
CREATE INDEX `admins_by_person` ON `admins` (`person`);--> statement-breakpoint
CREATE TABLE `people` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `people_email_unique` ON `people` (`email`);--> statement-breakpoint
ALTER TABLE `admin_tokens` ADD `admin` text REFERENCES admins(id);--> statement-breakpoint
ALTER TABLE `admin_tokens` ADD `previous_hash` text;--> statement-breakpoint
ALTER TABLE `admin_tokens` ADD `previous_ends_at` integer;--> statement-breakpoint
ALTER TABLE `admin_tokens` ADD `role` text;--> statement-breakpoint
ALTER TABLE `admin_tokens` ADD `last_used_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `admin_tokens_previous_hash` ON `admin_tokens` (`previous_hash`);--> statement-breakpoint
CREATE INDEX `admin_tokens_admin` ON `admin_tokens` (`admin`);--> statement-breakpoint
CREATE INDEX `deployments_environment` ON `deployments` (`environment`);--> statement-breakpoint
CREATE INDEX `upstream_targets_environment` ON `upstream_targets` (`environment`);--> statement-breakpoint
CREATE INDEX `credentials_environment` ON `credentials` (`environment`);--> statement-breakpoint
CREATE INDEX `subscriptions_by_product` ON `subscriptions` (`product`);--> statement-breakpoint
CREATE INDEX `subscriptions_by_plan` ON `subscriptions` (`plan`);