-- Run on the hub's store after the demo: how every record must have ended, beside how it did.
--   sqlite3 -header -column build/demo/data/hub.db < sql/demo/verify.sql
.timeout 5000
with expected (entity, external_id, field, value, source, version) as (values
  ('client', 'CUST-001', 'fullName', 'Anna Weber (CRM)',             'CRM',     1),
  ('client', 'CUST-001', 'email',    'anna.crm@example.com',         'CRM',     1),
  ('client', 'CUST-002', 'fullName', 'Ben Krause',                   'CRM',     2),
  ('client', 'CUST-002', 'email',    'ben@example.com',              'CRM',     2),
  ('client', 'CUST-003', 'fullName', 'Clara Vogt',                   'CRM',     3),
  ('client', 'CUST-003', 'email',    'clara@example.com',            'ERP',     3),
  ('client', 'CUST-004', 'fullName', 'Dora B',                       'CRM',     6),
  ('client', 'CUST-005', 'fullName', 'Emil Lang',                    'CRM',     1),
  ('client', 'CUST-005', 'email',    'emil@example.com',             'CRM',     1),
  ('client', 'CUST-006', 'fullName', 'Frida Stein',                  'CRM',     1),
  ('client', 'CUST-006', 'email',    'frida@example.com',            'CRM',     1),
  ('client', 'CUST-007', 'fullName', 'Greta Holm',                   'Portal',  1),
  ('client', 'CUST-007', 'email',    'greta@example.com',            'Portal',  1),
  ('client', 'CUST-007', 'phone',    '+4930555007',                  'LocalDB', 2),
  ('client', 'CUST-008', 'fullName', 'Hugo Brandt',                  'Portal',  1),
  ('client', 'CUST-008', 'email',    'local.2@example.com',          'LocalDB', 4),
  ('client', 'CUST-009', 'fullName', 'Ida Agreed',                   'steward', 3),
  ('client', 'CUST-009', 'email',    'ida@example.com',              'Portal',  1),
  ('client', 'LOC-001',  'fullName', 'Hedwig Sommer',                'LocalDB', 1),
  ('client', 'LOC-001',  'email',    'hedwig@example.com',           'LocalDB', 1),
  ('client', 'LOC-001',  'phone',    '+4930555001',                  'LocalDB', 1),
  ('client', 'LOC-002',  'fullName', 'Tom Winter',                   'LocalDB', 1),
  ('client', 'LOC-002',  'email',    'tom@example.com',              'LocalDB', 1),
  ('order',  'ORD-001',  'clientId', 'CUST-001',                     'CRM',     1),
  ('order',  'ORD-001',  'total',    '149.90',                       'CRM',     1),
  ('order',  'LORD-001', 'clientId', 'LOC-001',                      'LocalDB', 1),
  ('order',  'LORD-001', 'total',    '49.90',                        'LocalDB', 1)),
-- The provenance is a list of fields for each "version source …".
actual (entity, external_id, field, value, written) as (
  select entity, external_id, cell.key, cell.value, stamp.key
  from canonical_records, json_each(canonical_records.fields) as cell,
       json_each(canonical_records.provenance) as stamp, json_each(stamp.value) as stamped
  where deleted = 0 and stamped.value = cell.key)
select expected.entity, external_id, field, expected.value as expected, actual.value as actual,
       iif(expected.value is actual.value and actual.written like version || ' ' || source || ' %', 'ok',
           'DIFFERS: expected of ' || source || ' at version ' || version || ', is ' || ifnull(actual.written, '-'))
           as ok
from expected left join actual using (entity, external_id, field);
