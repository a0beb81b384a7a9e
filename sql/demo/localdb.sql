-- The database of the local application: ordinary tables that know nothing of a hub. config/sources/localdb.yaml maps
-- them.
--   sqlite3 local.db < sql/demo/localdb.sql
pragma journal_mode = wal;

create table clients (
  id         integer primary key,
  account_no text not null unique,
  full_name  text,
  email      text,
  phone      text
);

create table orders (
  id        integer primary key,
  order_no  text not null unique,
  client_id integer not null references clients (id),
  total     numeric,
  placed_at text
);
