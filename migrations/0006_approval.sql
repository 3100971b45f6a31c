ALTER TABLE `plans` ADD `approval` text DEFAULT 'automatic' NOT NULL;--> statement-breakpoint
ALTER TABLE `subscriptions` ADD `reason` text;