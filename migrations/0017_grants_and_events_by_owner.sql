CREATE INDEX `events_subscription` ON `events` (`subscription`,`id`);--> statement-breakpoint
CREATE INDEX `credit_grants_application` ON `credit_grants` (`application`,`id`);