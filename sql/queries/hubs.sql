-- The hubs that share a store.

-- name: enter_hub
-- in: hub text, commits int
insert into hubs (hub, commits) values (:hub, :commits)
    on conflict (hub) do update set commits = excluded.commits
