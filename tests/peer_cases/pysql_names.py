"""What pysqlsuggestions promises of names: joins, stars, values, names that two schemas have."""

from __future__ import annotations

from tests.peer_cases.case import Group, group

JOINS: tuple[Group, ...] = (
    group(
        "a whole join first",
        "reports",
        "SELECT * FROM reports_report r JOIN ¦",
        first="auth_user* ON r.author_id = *.id",
        offers="auth_user",
    ),
    group(
        "a whole join from the other side",
        "reports",
        "SELECT * FROM auth_user u JOIN ¦",
        first="reports_report* ON u.id = *.author_id",
    ),
    group(
        "a whole join of a table without an alias",
        "reports",
        "SELECT * FROM reports_report JOIN ¦",
        offers="auth_user* ON reports_report.author_id = *.id",
    ),
    group(
        "a whole condition first",
        "reports",
        "SELECT * FROM reports_report r JOIN auth_user u ON ¦",
        "SELECT * FROM auth_user u JOIN reports_report r ON ¦",
        first="r.author_id = u.id",
        offers="u.email",
    ),
    group(
        "the key's column first behind its alias's dot",
        "reports",
        "SELECT * FROM reports_report r JOIN auth_user u ON r.¦",
        first="author_id",
        offers="author_id",
    ),
    group(
        "no join where JOIN is not typed",
        "reports",
        "SELECT * FROM reports_report r ¦",
        first="JOIN",
        refuses="auth_user* ON r.author_id = *.id",
    ),
    group(
        "no join without a foreign key",
        "users",
        "SELECT * FROM auth_group g JOIN ¦",
        offers="auth_user; orders",
        refuses="orders* ON *.id = g.id",
    ),
    group(
        "no condition without a foreign key",
        "users",
        "SELECT * FROM auth_group g JOIN users_log l ON ¦",
        offers="g.name; l.msg",
    ),
    group(
        "two keys to one table are two joins",
        "flights",
        "SELECT * FROM flight f JOIN ¦",
        offers="airport* ON f.origin = *.code; airport* ON f.destination = *.code",
    ),
    group(
        "a join across schemas, found by its table",
        "flights",
        "SELECT * FROM booking b JOIN ref¦",
        first="revenue.refund* ON b.id = *.booking_id",
    ),
    group(
        "a join across schemas of a qualified table",
        "flights",
        "SELECT * FROM booking JOIN ¦",
        "SELECT * FROM public.booking JOIN ¦",
        offers="revenue.refund* ON booking.id = *.booking_id",
    ),
    group(
        "a key of two columns joins by both",
        "flights",
        "SELECT * FROM usage u JOIN ¦",
        offers="links* ON u.queryfilter_id = *.queryfilter_id AND u.database_id = *.database_id",
    ),
    group(
        "an alias that is a reserved word is not taken",
        "flights",
        "SELECT * FROM report r JOIN ¦",
        refuses="order_note on ON r.note_id = on.id",
        offers="order_note* ON r.note_id = *.id",
    ),
    group(
        "a table that refers to itself gets another alias",
        "flights",
        "SELECT * FROM node n JOIN ¦",
        offers="node* ON n.parent_id = *.id",
        refuses="node n ON n.parent_id = n.id",
    ),
    group(
        "two keys of one column are two joins",
        "flights",
        "SELECT * FROM orders JOIN ¦",
        offers="people* ON orders.party_id = *.id; companies* ON orders.party_id = *.id",
    ),
)

STARS: tuple[Group, ...] = (
    group(
        "a star becomes its columns", "small", "SELECT *¦ FROM users u", offers="id, name, email"
    ),
    group(
        "a star of two tables becomes qualified columns",
        "small",
        "SELECT *¦ FROM users u JOIN orders o ON o.user_id = u.id",
        offers="u.id, u.name, u.email, o.id, o.user_id, o.total",
    ),
    group(
        "a qualified star becomes that table's columns",
        "small",
        "SELECT u.*¦ FROM users u JOIN orders o ON o.user_id = u.id",
        offers="u.id, u.name, u.email",
    ),
    group(
        "no columns for a star in a call or a product",
        "small",
        "SELECT count(*¦) FROM users u",
        "SELECT id *¦ 2 FROM users u",
        refuses="id, name, email",
    ),
    group(
        "no columns behind a star and a blank",
        "small",
        "SELECT * ¦FROM users u",
        refuses="id, name, email; id; name",
    ),
    group(
        "a CTE's star",
        "none",
        "WITH recent AS (SELECT id, total FROM orders) SELECT *¦ FROM recent r",
        offers="id, total",
    ),
    group(
        "no columns for an unknown table's star",
        "small",
        "SELECT *¦ FROM missing m",
        refuses="id, name, email; id, user_id, total",
    ),
)

VALUES: tuple[Group, ...] = (
    group(
        "the values that a column admits",
        "values",
        "SELECT * FROM databases d WHERE d.type = ¦",
        offers="'postgres'; 'clickhouse'; 'o''brien'",
    ),
    group(
        "the values of a truth column",
        "values",
        "SELECT * FROM databases d WHERE d.is_archived = ¦",
        offers="TRUE; FALSE",
        refuses="'t'; 'f'",
    ),
    group(
        "an enum's values",
        "values",
        "SELECT * FROM databases d WHERE d.kind = ¦",
        offers="'big'; 'small'",
    ),
    group(
        "an enum's values in another dialect",
        "values",
        "SELECT * FROM databases d WHERE d.kind = ¦",
        dialect="clickhouse",
        offers="'big'; 'small'",
    ),
    group(
        "no value where none is compared",
        "values",
        "SELECT ¦ FROM databases d",
        "SELECT * FROM databases d WHERE ¦",
        "SELECT * FROM databases d WHERE d.title = ¦",
        refuses="'postgres'; 'clickhouse'",
    ),
    group(
        "a value from its opening quote",
        "values",
        "SELECT * FROM databases d WHERE d.type = 'clic¦",
        "SELECT * FROM databases d WHERE d.type = $$clic¦",
        offers="'clickhouse'",
        refuses="'postgres'",
    ),
    group(
        "a value from an escape string's quote",
        "values",
        "SELECT * FROM databases d WHERE d.type = E'clic¦",
        offers="clickhouse'",
        refuses="postgres'",
    ),
    group(
        "a value that holds a quote",
        "values",
        "SELECT * FROM databases d WHERE d.type = 'o¦",
        "SELECT * FROM databases d WHERE d.type = 'o''¦",
        "SELECT * FROM databases d WHERE d.type = 'o''b¦",
        offers="'o''brien'",
    ),
    group(
        "a connective behind a closed value",
        "values",
        "SELECT * FROM databases d WHERE d.type = 'postgres' ¦",
        offers="AND; OR",
        refuses="'clickhouse'",
    ),
)

SCHEMAS: tuple[Group, ...] = (
    group(
        "a schema's tables behind its dot",
        "reports",
        "SELECT * FROM billing.¦",
        offers='invoices; "MonthlyTotals"',
        refuses="auth_user",
    ),
    group(
        "columns that need quotes",
        "reports",
        'SELECT * FROM billing."MonthlyTotals" m WHERE m.¦',
        offers='"Period"; "Amount"',
        refuses="amount; period",
    ),
    group(
        "columns that need no quotes in another dialect",
        "reports",
        'SELECT * FROM billing."MonthlyTotals" m WHERE m.¦',
        dialect="clickhouse",
        offers="Period; Amount",
        refuses='"Period"; `Period`',
    ),
    group(
        "tables by prefix, and no column",
        "reports",
        "SELECT * FROM reports_¦",
        offers="reports_report; reports_database",
        refuses="id; title",
    ),
    group(
        "columns in the table's order",
        "reports",
        "SELECT * FROM reports_report r WHERE r.¦",
        first="id",
        offers="id; name; database_id; text; executions; is_archived; dt_created",
    ),
    group(
        "columns of two schemas' tables of one name, qualified",
        "two namespaces",
        "SELECT amou¦ FROM public.invoices, billing.invoices",
        offers="public.invoices.amount; billing.invoices.amount",
    ),
    group(
        "a bare column of the table that has no twin",
        "two namespaces",
        "SELECT ema¦ FROM public.auth_user, public.invoices, billing.invoices",
        offers="email",
    ),
    group(
        "aliases of two schemas' tables of one name",
        "two namespaces",
        "SELECT amou¦ FROM public.invoices a, billing.invoices b",
        offers="a.amount; b.amount",
        refuses="public.invoices.amount",
    ),
    group(
        "a column of one schema's table",
        "two namespaces",
        "SELECT amou¦ FROM billing.invoices",
        offers="amount",
    ),
    group(
        "a star over two schemas' tables of one name",
        "two namespaces",
        "SELECT *¦ FROM public.invoices, billing.invoices",
        offers="public.invoices.amount, public.invoices.id, billing.invoices.amount, "
        "billing.invoices.period",
    ),
    group(
        "a table outside the search path, qualified",
        "two namespaces",
        "SELECT * FROM archi¦",
        "SELECT * FROM chiv¦",
        first="billing.archived",
    ),
    group(
        "a table in the search path, bare",
        "two namespaces",
        "SELECT * FROM invo¦",
        order="invoices; billing.invoices",
        refuses="public.invoices",
    ),
)
