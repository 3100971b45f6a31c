ALTER TABLE `versions` ADD `deprecated_at` integer;--> statement-breakpoint
ALTER TABLE `versions` ADD `sunset_at` integer;--> statement-breakpoint
ALTER TABLE `versions` ADD `guide_url` text;