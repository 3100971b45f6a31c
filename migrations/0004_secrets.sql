CREATE TABLE `secrets` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`hosts` text NOT NULL,
	`key_id` text NOT NULL,
	`sealed` text NOT NULL,
	`set_at` integer NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `secrets_name` ON `secrets` (`environment`,`name`);--> statement-breakpoint
CREATE INDEX `secrets_workspace` ON `secrets` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `secrets_key` ON `secrets` (`key_id`);