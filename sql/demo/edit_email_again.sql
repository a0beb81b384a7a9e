-- The same once more, after LocalDB was promoted.
update clients set email = 'local.2@example.com' where account_no = 'CUST-008';
