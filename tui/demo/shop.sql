-- A small shop: who buys what, how it is paid, shipped and sent back. SQLite.
-- The rows are made by arithmetic on the row number, so every copy is the same.

CREATE TABLE countries (
    code CHAR(2) PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    currency CHAR(3) NOT NULL,
    vat_rate DECIMAL(4, 3) NOT NULL
);

CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    country_code CHAR(2) NOT NULL REFERENCES countries (code),
    segment TEXT NOT NULL DEFAULT 'private' CHECK (segment IN ('private', 'business', 'school')),
    newsletter BOOLEAN NOT NULL DEFAULT FALSE,
    created_at TIMESTAMP NOT NULL
);

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    kind TEXT NOT NULL CHECK (kind IN ('billing', 'shipping')),
    street TEXT NOT NULL,
    city TEXT NOT NULL,
    postal_code TEXT,
    UNIQUE (customer_id, kind)
);

CREATE TABLE suppliers (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    country_code CHAR(2) NOT NULL REFERENCES countries (code),
    lead_time_days INTEGER NOT NULL
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY,
    parent_id INTEGER REFERENCES categories (id),
    name TEXT NOT NULL
);

CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    category_id INTEGER NOT NULL REFERENCES categories (id),
    supplier_id INTEGER NOT NULL REFERENCES suppliers (id),
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    unit_price DECIMAL(10, 2) NOT NULL CHECK (unit_price > 0),
    weight_grams INTEGER,
    discontinued BOOLEAN NOT NULL DEFAULT FALSE
);

CREATE TABLE stock_levels (
    product_id INTEGER PRIMARY KEY REFERENCES products (id),
    on_hand INTEGER NOT NULL,
    reorder_point INTEGER NOT NULL,
    counted_at DATE
);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    shipping_address_id INTEGER REFERENCES addresses (id),
    status TEXT NOT NULL CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')),
    channel TEXT NOT NULL DEFAULT 'web' CHECK (channel IN ('web', 'phone', 'store')),
    ordered_at TIMESTAMP NOT NULL,
    note TEXT
);

CREATE TABLE order_items (
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price DECIMAL(10, 2) NOT NULL,
    discount DECIMAL(4, 2) NOT NULL DEFAULT 0,
    PRIMARY KEY (order_id, product_id)
);

CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    method TEXT NOT NULL CHECK (method IN ('card', 'transfer', 'invoice', 'cash')),
    amount DECIMAL(10, 2) NOT NULL,
    paid_at TIMESTAMP
);

CREATE TABLE shipments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    carrier TEXT NOT NULL,
    tracking_number TEXT UNIQUE,
    shipped_at TIMESTAMP,
    delivered_at TIMESTAMP
);

CREATE TABLE returns (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL,
    product_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('damaged', 'wrong item', 'changed mind', 'too late')),
    returned_at DATE NOT NULL,
    FOREIGN KEY (order_id, product_id) REFERENCES order_items (order_id, product_id)
);

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY,
    product_id INTEGER NOT NULL REFERENCES products (id),
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    rating INTEGER NOT NULL CHECK (rating BETWEEN 1 AND 5),
    body TEXT,
    created_at TIMESTAMP NOT NULL
);

CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);
CREATE INDEX items_by_product ON order_items (product_id);

CREATE VIEW order_totals AS
SELECT
    o.id AS order_id,
    o.customer_id,
    o.status,
    SUM(i.quantity * i.unit_price * (1 - i.discount)) AS total
FROM orders AS o
JOIN order_items AS i ON i.order_id = o.id
GROUP BY o.id, o.customer_id, o.status;

INSERT INTO countries (code, name, currency, vat_rate) VALUES
    ('AT', 'Austria', 'EUR', 0.2), ('CH', 'Switzerland', 'CHF', 0.081), ('DE', 'Germany', 'EUR', 0.19),
    ('DK', 'Denmark', 'DKK', 0.25), ('FR', 'France', 'EUR', 0.2), ('IT', 'Italy', 'EUR', 0.22),
    ('NL', 'Netherlands', 'EUR', 0.21), ('PL', 'Poland', 'PLN', 0.23);

INSERT INTO suppliers (id, name, country_code, lead_time_days) VALUES
    (1, 'Alpenholz', 'AT', 12), (2, 'Papeterie Morel', 'FR', 7), (3, 'Nordlys Lamps', 'DK', 21),
    (4, 'Keramik Weiss', 'DE', 14), (5, 'Tessuti Riva', 'IT', 18);

INSERT INTO categories (id, parent_id, name) VALUES
    (1, NULL, 'Home'), (2, NULL, 'Office'), (3, 1, 'Kitchen'), (4, 1, 'Lighting'), (5, 1, 'Textiles'),
    (6, 2, 'Paper'), (7, 2, 'Writing'), (8, 2, 'Desks');

INSERT INTO products
    (id, category_id, supplier_id, sku, name, unit_price, weight_grams, discontinued)
VALUES
    (1, 3, 4, 'KIT-001', 'Espresso cup', 9.5, 180, FALSE), (2, 3, 4, 'KIT-002', 'Tea pot', 39, 900, FALSE),
    (3, 3, 4, 'KIT-003', 'Mixing bowl', 24, 750, FALSE), (4, 3, 1, 'KIT-004', 'Bread board', 32.9, 1200, FALSE),
    (5, 3, 1, 'KIT-005', 'Salad servers', 18.5, 150, TRUE), (6, 4, 3, 'LIG-001', 'Reading lamp', 89, 1400, FALSE),
    (7, 4, 3, 'LIG-002', 'Pendant lamp', 149, 2600, FALSE), (8, 4, 3, 'LIG-003', 'Night light', 19.9, 160, FALSE),
    (9, 5, 5, 'TEX-001', 'Linen towel', 14.5, 210, FALSE), (10, 5, 5, 'TEX-002', 'Wool blanket', 119, 1500, FALSE),
    (11, 5, 5, 'TEX-003', 'Cushion', 34, 480, FALSE), (12, 6, 2, 'PAP-001', 'Notebook A5', 7.9, 260, FALSE),
    (13, 6, 2, 'PAP-002', 'Notebook A4', 11.9, 420, FALSE), (14, 6, 2, 'PAP-003', 'Letter paper', 12.5, 300, TRUE),
    (15, 7, 2, 'WRI-001', 'Fountain pen', 64, 35, FALSE), (16, 7, 2, 'WRI-002', 'Pencil set', 15.9, 90, FALSE),
    (17, 7, 2, 'WRI-003', 'Ink, blue', 8.4, 110, FALSE), (18, 8, 1, 'DES-001', 'Standing desk', 649, 38000, FALSE),
    (19, 8, 1, 'DES-002', 'Desk drawer', 129, 7200, FALSE), (20, 8, 1, 'DES-003', 'Monitor shelf', 79, NULL, FALSE);

INSERT INTO stock_levels (product_id, on_hand, reorder_point, counted_at)
SELECT id, (id * 37) % 90, 10 + id % 4 * 5, CASE WHEN id % 6 THEN date('2025-06-30', '-' || id || ' days') END
FROM products;

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 48),
first_names (i, name) AS (VALUES
    (0, 'Ada'), (1, 'Bruno'), (2, 'Clara'), (3, 'David'), (4, 'Elif'), (5, 'Farid'), (6, 'Greta'), (7, 'Hugo')),
last_names (i, name) AS (VALUES
    (0, 'Keller'), (1, 'Rossi'), (2, 'Nowak'), (3, 'Jensen'), (4, 'Martin'), (5, 'de Vries'))
INSERT INTO customers (id, name, email, country_code, segment, newsletter, created_at)
SELECT
    n.i,
    f.name || ' ' || l.name,
    lower(f.name || '.' || replace(l.name, ' ', '')) || '@example.com',
    substr('ATCHDEDKFRITNLPL', 1 + 2 * (n.i * 5 % 8), 2),
    CASE WHEN n.i % 5 = 0 THEN 'business' WHEN n.i % 11 = 0 THEN 'school' ELSE 'private' END,
    n.i % 3 = 0,
    datetime('2023-01-09 08:00', '+' || (n.i * 17) || ' days', '+' || (n.i * 53 % 600) || ' minutes')
FROM n
JOIN first_names AS f ON f.i = n.i % 8
JOIN last_names AS l ON l.i = (n.i - 1) / 8;

INSERT INTO addresses (id, customer_id, kind, street, city, postal_code)
SELECT
    c.id * 2 + (k.kind = 'shipping') - 1, c.id, k.kind, 'Mill Lane ' || (c.id * 7 % 60 + 1),
    CASE co.code
        WHEN 'AT' THEN 'Graz' WHEN 'CH' THEN 'Basel' WHEN 'DE' THEN 'Leipzig' WHEN 'DK' THEN 'Aarhus'
        WHEN 'FR' THEN 'Lyon' WHEN 'IT' THEN 'Torino' WHEN 'NL' THEN 'Utrecht' ELSE 'Gdynia'
    END,
    CASE WHEN c.id % 9 THEN 1000 + c.id * 113 END
FROM customers AS c
JOIN countries AS co ON co.code = c.country_code
CROSS JOIN (SELECT 'billing' AS kind UNION ALL SELECT 'shipping') AS k
WHERE k.kind = 'billing' OR c.id % 2 = 0;

WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 160)
INSERT INTO orders (id, customer_id, shipping_address_id, status, channel, ordered_at, note)
SELECT
    i,
    1 + (i * 29 + i / 7) % 48,
    (SELECT max(a.id) FROM addresses AS a WHERE a.customer_id = 1 + (i * 29 + i / 7) % 48),
    CASE
        WHEN i % 13 = 0 THEN 'cancelled' WHEN i > 152 THEN 'pending' WHEN i > 144 THEN 'paid'
        WHEN i > 132 THEN 'shipped' ELSE 'delivered'
    END,
    CASE i % 10 WHEN 3 THEN 'phone' WHEN 7 THEN 'store' ELSE 'web' END,
    datetime('2025-01-02 07:30', '+' || (i * 27) || ' hours', '+' || (i * 41 % 60) || ' minutes'),
    CASE WHEN i % 17 = 0 THEN 'please leave at the door' END
FROM n;

WITH RECURSIVE k (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM k WHERE i < 3)
INSERT INTO order_items (order_id, product_id, quantity, unit_price, discount)
SELECT o.id, p.id, 1 + (o.id + k.i * 3) % 4, p.unit_price, CASE WHEN o.id % 8 = 0 THEN 0.1 ELSE 0 END
FROM orders AS o
JOIN k ON k.i <= o.id % 4
JOIN products AS p ON p.id = 1 + (o.id * 11 + k.i * 7) % 20;

INSERT INTO payments (id, order_id, method, amount, paid_at)
SELECT
    t.order_id, t.order_id,
    CASE t.order_id % 6 WHEN 0 THEN 'invoice' WHEN 1 THEN 'transfer' WHEN 4 THEN 'cash' ELSE 'card' END,
    round(t.total, 2),
    CASE WHEN t.status <> 'pending' THEN datetime(o.ordered_at, '+' || (t.order_id % 5) || ' hours') END
FROM order_totals AS t
JOIN orders AS o ON o.id = t.order_id
WHERE t.status <> 'cancelled';

INSERT INTO shipments (id, order_id, carrier, tracking_number, shipped_at, delivered_at)
SELECT
    id, id, CASE id % 3 WHEN 0 THEN 'Yellow Post' WHEN 1 THEN 'Northline' ELSE 'Courier Blue' END,
    printf('SC%06d', id * 7919 % 1000000), datetime(ordered_at, '+1 day'),
    CASE WHEN status = 'delivered' THEN datetime(ordered_at, '+' || (2 + id % 5) || ' days') END
FROM orders
WHERE status IN ('shipped', 'delivered');

INSERT INTO returns (id, order_id, product_id, quantity, reason, returned_at)
SELECT
    row_number() OVER (ORDER BY i.order_id), i.order_id, i.product_id, 1,
    CASE i.order_id % 4 WHEN 0 THEN 'damaged' WHEN 1 THEN 'wrong item' WHEN 2 THEN 'changed mind' ELSE 'too late' END,
    date(o.ordered_at, '+12 days')
FROM order_items AS i
JOIN orders AS o ON o.id = i.order_id
WHERE o.status = 'delivered' AND (i.order_id * 3 + i.product_id) % 19 = 0;

INSERT INTO reviews (id, product_id, customer_id, rating, body, created_at)
SELECT
    row_number() OVER (ORDER BY i.order_id, i.product_id), i.product_id, o.customer_id,
    5 - (i.order_id * 7 + i.product_id) % 9 / 3 - (i.product_id = 8),
    CASE WHEN i.order_id % 3 THEN CASE WHEN i.product_id = 8 THEN 'Too dim.' ELSE 'As described.' END END,
    datetime(o.ordered_at, '+20 days')
FROM order_items AS i
JOIN orders AS o ON o.id = i.order_id
WHERE o.status = 'delivered' AND (i.order_id + i.product_id) % 5 = 0;
