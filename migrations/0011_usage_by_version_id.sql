ALTER TABLE `usage_totals` ADD `version_name` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `usage_totals_by_version` ON `usage_totals` (`workspace`,`api`,`version`,`minute`);