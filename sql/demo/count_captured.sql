-- How many writes the triggers took for the application's own since they were installed. The hub's are not among them.
select (select count(*) from syncline_outbox_clients) + (select count(*) from syncline_outbox_orders);
