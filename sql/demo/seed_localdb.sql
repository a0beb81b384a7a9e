-- What the application knew before it met the hub.
insert into clients (account_no, full_name, email, phone) values
  ('LOC-001', 'Hedwig Sommer', 'hedwig@example.com', '+4930555001'),
  ('LOC-002', 'Tom Winter',    'tom@example.com',    null);

insert into orders (order_no, client_id, total, placed_at)
select 'LORD-001', id, 49.9, '2026-01-15T09:30:00.000Z' from clients where account_no = 'LOC-001';
