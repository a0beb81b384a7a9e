-- The same once more, after LocalDB was promoted.
update clients set email = 'hugo.local.again@example.com' where account_no = 'CUST-008';
