-- What the application holds, in the hub's terms: one JSON text a row.
select json_object('entity', 'client', 'externalId', account_no,
                   'fields', json_object('fullName', full_name, 'email', email, 'phone', phone))
from clients
union all
select json_object('entity', 'order', 'externalId', orders.order_no,
                   'fields', json_object('clientId', clients.account_no, 'total', printf('%.2f', orders.total),
                                         'placedAt', orders.placed_at))
from orders join clients on clients.id = orders.client_id;
