-- The hubs that share a store, and the leases by which they share its sources out.

-- name: see_hub
-- in: hub text, name text, url text, started_at_ms int
insert into hubs (hub, name, url, started_at_ms, seen_at_ms, commits)
select :hub, :name, :url, :started_at_ms, c.now_ms, 0
  from store_clock c
 where true
    on conflict (hub) do update set name = excluded.name, url = excluded.url, started_at_ms = excluded.started_at_ms,
                                    seen_at_ms = excluded.seen_at_ms

-- name: live_hubs
-- in: within_ms int
-- out: hub text, name text, url text, started_at_ms int, seen_at_ms int
select h.hub, h.name, h.url, h.started_at_ms, h.seen_at_ms
  from hubs h
 cross join store_clock c
 where h.seen_at_ms > c.now_ms - :within_ms
 order by h.hub

-- name: forget_hubs
-- in: within_ms int
delete from hubs where seen_at_ms < (select now_ms from store_clock) - :within_ms

-- name: leave_hub
-- in: hub text
update hubs set seen_at_ms = 0 where hub = :hub

-- name: keep_lease
-- in: lease_ms int, source text, hub text, epoch int
update source_leases
   set until_ms = (select now_ms from store_clock) + :lease_ms
 where source = :source and hub = :hub and epoch = :epoch and until_ms > (select now_ms from store_clock)

-- A lease is taken when it is free, has run out, or is one's own.
-- name: take_lease
-- in: source text, hub text, lease_ms int
insert into source_leases (source, hub, epoch, until_ms)
select :source, :hub, 1, c.now_ms + :lease_ms
  from store_clock c
 where true
    on conflict (source)
    do update set epoch = source_leases.epoch + case when source_leases.hub = excluded.hub then 0 else 1 end,
                  hub = excluded.hub, until_ms = excluded.until_ms
        where source_leases.hub = excluded.hub or source_leases.until_ms <= (select now_ms from store_clock)

-- name: load_leases
-- out: source text, hub text, epoch int, held int
select l.source, l.hub, l.epoch, case when l.until_ms > c.now_ms then 1 else 0 end
  from source_leases l
 cross join store_clock c
 order by l.source

-- name: holds_lease
-- in: source text, hub text, epoch int
-- out: found int
select 1
  from source_leases l
 cross join store_clock c
 where l.source = :source and l.hub = :hub and l.epoch = :epoch and l.until_ms > c.now_ms

-- name: end_lease
-- in: source text, hub text
update source_leases set until_ms = 0 where source = :source and hub = :hub
