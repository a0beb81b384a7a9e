-- A user of the application corrects a name, unaware that the CRM does so at the same time.
update clients set full_name = 'Ida Local' where account_no = 'CUST-009';
