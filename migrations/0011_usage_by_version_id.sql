ALTER TABLE `usage_totals` ADD `version_name` text DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX `usage_totals_by_version` ON `usage_totals` (`workspace`,`api`,`version`,`minute`);--> statement-breakpoint
UPDATE `versions` SET `deprecated_at` = coalesce((SELECT max(`at`) FROM `audit` WHERE `audit`.`workspace` = `versions`.`workspace` AND `audit`.`target` = `versions`.`id` AND `audit`.`action` = 'deprecate-version'), `updated_at`) WHERE `state` = 'deprecated' AND `deprecated_at` IS NULL;
