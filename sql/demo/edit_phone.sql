-- A user of the application enters a phone number.
update clients set phone = '+4930555007' where account_no = 'CUST-007';
