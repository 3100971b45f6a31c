CREATE TABLE `audit` (
	`workspace` text NOT NULL,
	`sequence` integer NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`target_kind` text NOT NULL,
	`target` text NOT NULL,
	`target_version` integer NOT NULL,
	`before` text,
	`after` text,
	`request_id` text NOT NULL,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`workspace`, `sequence`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_target` ON `audit` (`workspace`,`target`,`target_version`);--> statement-breakpoint
CREATE TABLE `changes` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`workspace` text NOT NULL,
	`action` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `guards` (
	`workspace` text NOT NULL,
	`holds` integer NOT NULL,
	CONSTRAINT "guard_holds" CHECK("guards"."holds" = 1)
);
--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`kind` text NOT NULL,
	`payload` text NOT NULL,
	`attempts` integer NOT NULL,
	`due_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`due_at`);--> statement-breakpoint
CREATE TABLE `usage_totals` (
	`source` text NOT NULL,
	`minute` integer NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	`subscription` text NOT NULL,
	`application` text NOT NULL,
	`api` text NOT NULL,
	`version` text NOT NULL,
	`operation` text NOT NULL,
	`meter` text NOT NULL,
	`calls` integer NOT NULL,
	`units` integer NOT NULL,
	`classes` text NOT NULL,
	`histogram` text NOT NULL,
	`report_version` integer NOT NULL,
	PRIMARY KEY(`source`, `minute`, `subscription`, `application`, `api`, `version`, `operation`, `meter`)
);
--> statement-breakpoint
CREATE INDEX `usage_totals_by_workspace` ON `usage_totals` (`workspace`,`minute`);--> statement-breakpoint
CREATE TABLE `apis` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`style` text NOT NULL,
	`prefix` text NOT NULL,
	`selector` text NOT NULL,
	`default_version` text,
	`visibility` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `apis_slug` ON `apis` (`workspace`,`slug`);--> statement-breakpoint
CREATE UNIQUE INDEX `apis_prefix` ON `apis` (`workspace`,`prefix`);--> statement-breakpoint
CREATE TABLE `deployments` (
	`workspace` text NOT NULL,
	`version` text NOT NULL,
	`environment` text NOT NULL,
	`revision` text NOT NULL,
	`program` text NOT NULL,
	`sequence` integer NOT NULL,
	`published_at` integer NOT NULL,
	PRIMARY KEY(`version`, `environment`),
	FOREIGN KEY (`version`) REFERENCES `versions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`product` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`limits` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `plans_slug` ON `plans` (`product`,`slug`);--> statement-breakpoint
CREATE INDEX `plans_workspace` ON `plans` (`workspace`,`id`);--> statement-breakpoint
CREATE TABLE `policy_lists` (
	`workspace` text PRIMARY KEY NOT NULL,
	`scope` text NOT NULL,
	`entries` text NOT NULL,
	`program` text,
	`sequence` integer NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `product_apis` (
	`workspace` text NOT NULL,
	`product` text NOT NULL,
	`api` text NOT NULL,
	PRIMARY KEY(`product`, `api`),
	FOREIGN KEY (`product`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`api`) REFERENCES `apis`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `product_apis_api` ON `product_apis` (`api`);--> statement-breakpoint
CREATE TABLE `products` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `products_slug` ON `products` (`workspace`,`slug`);--> statement-breakpoint
CREATE TABLE `revisions` (
	`workspace` text NOT NULL,
	`version` text NOT NULL,
	`id` text NOT NULL,
	`number` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`version`, `id`),
	FOREIGN KEY (`version`) REFERENCES `versions`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `revisions_number` ON `revisions` (`version`,`number`);--> statement-breakpoint
CREATE TABLE `upstream_targets` (
	`workspace` text NOT NULL,
	`upstream` text NOT NULL,
	`environment` text NOT NULL,
	`position` integer NOT NULL,
	`url` text NOT NULL,
	`weight` integer NOT NULL,
	PRIMARY KEY(`upstream`, `environment`, `position`),
	FOREIGN KEY (`upstream`) REFERENCES `upstreams`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `upstreams` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`slug` text NOT NULL,
	`settings` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `upstreams_slug` ON `upstreams` (`workspace`,`slug`);--> statement-breakpoint
CREATE TABLE `versions` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`api` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`successor` text,
	`upstream` text,
	`draft` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`api`) REFERENCES `apis`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`upstream`) REFERENCES `upstreams`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `versions_name` ON `versions` (`api`,`name`);--> statement-breakpoint
CREATE INDEX `versions_workspace` ON `versions` (`workspace`,`id`);--> statement-breakpoint
CREATE INDEX `versions_upstream` ON `versions` (`upstream`);--> statement-breakpoint
CREATE TABLE `applications` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`organization` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`state` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`organization`) REFERENCES `organizations`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `applications_slug` ON `applications` (`organization`,`slug`);--> statement-breakpoint
CREATE INDEX `applications_workspace` ON `applications` (`workspace`,`id`);--> statement-breakpoint
CREATE TABLE `credentials` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`application` text NOT NULL,
	`environment` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`name` text NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`application`) REFERENCES `applications`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `credentials_hash` ON `credentials` (`hash`);--> statement-breakpoint
CREATE INDEX `credentials_application` ON `credentials` (`application`,`id`);--> statement-breakpoint
CREATE INDEX `credentials_workspace` ON `credentials` (`workspace`,`id`);--> statement-breakpoint
CREATE TABLE `organizations` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `organizations_slug` ON `organizations` (`workspace`,`slug`);--> statement-breakpoint
CREATE TABLE `subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`application` text NOT NULL,
	`product` text NOT NULL,
	`plan` text NOT NULL,
	`state` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`application`) REFERENCES `applications`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`product`) REFERENCES `products`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`plan`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `subscriptions_product` ON `subscriptions` (`application`,`product`);--> statement-breakpoint
CREATE INDEX `subscriptions_workspace` ON `subscriptions` (`workspace`,`id`);--> statement-breakpoint
CREATE TABLE `content_parts` (
	`workspace` text NOT NULL,
	`content` text NOT NULL,
	`part` integer NOT NULL,
	`body` text NOT NULL,
	PRIMARY KEY(`workspace`, `content`, `part`)
);
--> statement-breakpoint
CREATE INDEX `content_parts_content` ON `content_parts` (`content`);--> statement-breakpoint
CREATE TABLE `contents` (
	`workspace` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`media_type` text NOT NULL,
	`length` integer NOT NULL,
	`parts` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`workspace`, `id`)
);
--> statement-breakpoint
CREATE TABLE `placements` (
	`workspace` text NOT NULL,
	`api` text NOT NULL,
	`environment` text NOT NULL,
	`host` text NOT NULL,
	`bucket` integer NOT NULL,
	PRIMARY KEY(`api`, `environment`, `host`),
	FOREIGN KEY (`api`) REFERENCES `apis`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `placements_bucket` ON `placements` (`bucket`);--> statement-breakpoint
CREATE INDEX `placements_environment` ON `placements` (`environment`);--> statement-breakpoint
CREATE TABLE `slots` (
	`slot` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`hash` text NOT NULL,
	`body` text NOT NULL,
	`built_from` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `admin_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`name` text NOT NULL,
	`scopes` text NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `admin_tokens_hash` ON `admin_tokens` (`hash`);--> statement-breakpoint
CREATE INDEX `admin_tokens_workspace` ON `admin_tokens` (`workspace`,`id`);--> statement-breakpoint
CREATE TABLE `environment_hosts` (
	`host` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `environment_hosts_environment` ON `environment_hosts` (`environment`);--> statement-breakpoint
CREATE TABLE `environments` (
	`id` text PRIMARY KEY NOT NULL,
	`workspace` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	FOREIGN KEY (`workspace`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `environments_slug` ON `environments` (`workspace`,`slug`);--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`edition` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
