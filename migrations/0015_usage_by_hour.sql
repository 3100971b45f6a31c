CREATE TABLE `__new_usage_totals` (
	`source` text NOT NULL,
	`hour` integer NOT NULL,
	`workspace` text NOT NULL,
	`environment` text NOT NULL,
	`subscription` text NOT NULL,
	`application` text NOT NULL,
	`api` text NOT NULL,
	`version` text NOT NULL,
	`version_name` text DEFAULT '' NOT NULL,
	`operation` text NOT NULL,
	`meter` text NOT NULL,
	`calls` integer NOT NULL,
	`units` integer NOT NULL,
	`classes` text NOT NULL,
	`histogram` text NOT NULL,
	`report_version` integer NOT NULL,
	PRIMARY KEY(`source`, `hour`, `subscription`, `application`, `api`, `version`, `operation`, `meter`)
);
--> statement-breakpoint
-- Minutes become the sum of their hour. Versions are added up, too: so does the ledger, whose next report is greater then.
INSERT INTO `__new_usage_totals`("source", "hour", "workspace", "environment", "subscription", "application", "api", "version", "version_name", "operation", "meter", "calls", "units", "classes", "histogram", "report_version")
SELECT `source`, `minute` / 60, max(`workspace`), max(`environment`), `subscription`, `application`, `api`, `version`, max(`version_name`), `operation`, `meter`, sum(`calls`), sum(`units`),
	json_object('2xx', coalesce(sum(`classes` ->> '$."2xx"'), 0), '3xx', coalesce(sum(`classes` ->> '$."3xx"'), 0), '4xx', coalesce(sum(`classes` ->> '$."4xx"'), 0), '5xx', coalesce(sum(`classes` ->> '$."5xx"'), 0)),
	json_array(coalesce(sum(`histogram` ->> '$[0]'), 0), coalesce(sum(`histogram` ->> '$[1]'), 0), coalesce(sum(`histogram` ->> '$[2]'), 0), coalesce(sum(`histogram` ->> '$[3]'), 0), coalesce(sum(`histogram` ->> '$[4]'), 0), coalesce(sum(`histogram` ->> '$[5]'), 0), coalesce(sum(`histogram` ->> '$[6]'), 0), coalesce(sum(`histogram` ->> '$[7]'), 0), coalesce(sum(`histogram` ->> '$[8]'), 0), coalesce(sum(`histogram` ->> '$[9]'), 0), coalesce(sum(`histogram` ->> '$[10]'), 0), coalesce(sum(`histogram` ->> '$[11]'), 0)),
	sum(`report_version`)
FROM `usage_totals`
GROUP BY `source`, `minute` / 60, `subscription`, `application`, `api`, `version`, `operation`, `meter`;--> statement-breakpoint
DROP TABLE `usage_totals`;--> statement-breakpoint
ALTER TABLE `__new_usage_totals` RENAME TO `usage_totals`;--> statement-breakpoint
CREATE INDEX `usage_totals_by_version` ON `usage_totals` (`workspace`,`api`,`version`,`hour`);--> statement-breakpoint
CREATE INDEX `usage_totals_by_workspace` ON `usage_totals` (`workspace`,`hour`);--> statement-breakpoint
CREATE INDEX `usage_totals_by_source` ON `usage_totals` (`workspace`,`source`);