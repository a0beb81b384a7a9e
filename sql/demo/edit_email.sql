-- A user of the application corrects an e-mail address, unaware that the ERP does so at the same time.
update clients set email = 'local@example.com' where account_no = 'CUST-008';
