"""What pysqlsuggestions promises of scopes: CTEs, subqueries, set operations, other text."""

from __future__ import annotations

from tests.peer_cases.case import Group, group

_USER = "id; username; email; is_staff; date_joined"
_ORDER = "id; user_id; total; created"
_NOT_ORDER = "user_id; total; created"
_NOT_USER = "username; email; is_staff; date_joined"
_REPORT = (
    "WITH активные AS (\n"
    "    SELECT u.id, u.email, u.date_joined\n"
    "      FROM auth_user u\n"
    "     WHERE u.is_staff = false\n"
    "       AND u.date_joined >= %Дата начала|ДАТА|%\n"
    "), суммы AS (\n"
    "    SELECT o.user_id, sum(o.total) AS итого, count(*) AS штук\n"
    "      FROM orders o\n"
    "      JOIN активные a ON a.id = o.user_id\n"
)
_REPORT_END = (
    "     GROUP BY o.user_id\n)\n"
    "SELECT a.email, s.итого\n  FROM активные a\n  LEFT JOIN суммы s ON s.user_id = a.id\n WHERE "
)

CTES: tuple[Group, ...] = (
    group(
        "a CTE of a star has its table's columns",
        "users",
        "WITH a as (\n    select * FROM auth_user\n)\nSELECT *\nFROM a\nWHERE a.¦",
        "WITH a as (select * from auth_user)\nSELECT * FROM a xx WHERE xx.¦",
        offers=_USER,
        refuses=_NOT_ORDER,
    ),
    group(
        "a CTE has the names of its select list",
        "users",
        "WITH a as (select id, email as mail from auth_user)\nSELECT * FROM a WHERE a.¦",
        offers="id; mail",
        refuses="email; username",
    ),
    group(
        "a CTE has the names of its own list",
        "users",
        "WITH a(x, y) as (select id, email from auth_user)\nSELECT * FROM a WHERE a.¦",
        offers="x; y",
        refuses="id; email",
    ),
    group(
        "a qualified star is one table's",
        "users",
        "WITH a as (select u.* from auth_user u join orders o on o.user_id = u.id)\n"
        "SELECT * FROM a WHERE a.¦",
        offers=_USER,
        refuses="total; created",
    ),
    group(
        "words between AS and the body",
        "users",
        "WITH RECURSIVE t as (select * from auth_group)\nSELECT * FROM t WHERE t.¦",
        "WITH a as materialized (select * from auth_group)\nSELECT * FROM a WHERE a.¦",
        "WITH a as not materialized (select * from auth_group)\nSELECT * FROM a WHERE a.¦",
        offers="id; name",
        refuses="email; total",
    ),
    group(
        "a CTE of a CTE",
        "users",
        "WITH a as (select id, email from auth_user), b as (select * from a)\n"
        "SELECT * FROM b WHERE b.¦",
        "WITH outer_q AS (\n    WITH inner_q AS (SELECT id, email FROM auth_user)\n"
        "    SELECT * FROM inner_q\n)\nSELECT * FROM outer_q WHERE outer_q.¦",
        "WITH a AS (SELECT id, email FROM auth_user), b AS (SELECT * FROM a), "
        "c AS (SELECT * FROM b)\nSELECT * FROM c WHERE c.¦",
        "WITH a AS (SELECT id, email FROM auth_user)\n"
        "SELECT * FROM a x JOIN a y ON x.id = y.id WHERE y.¦",
        offers="id; email",
        refuses="username; total",
    ),
    group(
        "two CTEs stay apart",
        "users",
        "WITH a as (select * from auth_user), b as (select * from orders)\n"
        "SELECT * FROM b WHERE b.¦",
        offers=_ORDER,
        refuses=_NOT_USER,
    ),
    group(
        "a CTE of a qualified table",
        "users",
        "WITH a as (select * from billing.invoices)\nSELECT * FROM a WHERE a.¦",
        offers="id; order_id; amount",
        refuses="total",
    ),
    group(
        "names of expressions",
        "users",
        "WITH a as (select count(*) as n, total * 2 as doubled from orders)\n"
        "SELECT * FROM a WHERE a.¦",
        "WITH a as (select count(*) n, u.id doubled from auth_user u)\nSELECT * FROM a WHERE a.¦",
        offers="n; doubled",
        refuses="total; id",
    ),
    group(
        "no name for an expression without one",
        "users",
        "WITH a as (select id, total > 1 from orders)\nSELECT * FROM a WHERE a.¦",
        "WITH a as (select id, is_staff and is_staff from auth_user)\nSELECT * FROM a WHERE a.¦",
        offers="id",
        refuses="total; is_staff",
    ),
    group(
        "a call without a name has the function's",
        "users",
        "WITH a as (select count(*) from orders)\nSELECT * FROM a WHERE a.¦",
        offers="count",
        refuses="id; total",
    ),
    group(
        "the first branch names the columns",
        "users",
        "WITH a as (select id from auth_user union all select total from orders)\n"
        "SELECT * FROM a WHERE a.¦",
        offers="id",
        refuses="total; email",
    ),
    group(
        "words between SELECT and its list",
        "users",
        "WITH a as (select distinct on (id) id, total from orders)\nSELECT * FROM a WHERE a.¦",
        "WITH a as (select distinct id, total from orders)\nSELECT * FROM a WHERE a.¦",
        offers="id; total",
        refuses="created",
    ),
    group(
        "a CTE that reads itself has no known column",
        "users",
        "WITH RECURSIVE a as (select * from a)\nSELECT * FROM a WHERE a.¦",
        "WITH a as (select * from b), b as (select * from a)\nSELECT * FROM a WHERE a.¦",
        silent=True,
    ),
    group(
        "a CTE where a table is read",
        "users",
        "WITH totals as (select * from orders)\nSELECT * FROM ¦",
        "WITH totals as (select * from orders)\nSELECT * FROM tot¦",
        "WITH totals as (select * from orders)\nSELECT * FROM auth_user JOIN tot¦",
        offers="totals",
    ),
    group(
        "a CTE before the schema's tables",
        "users",
        "WITH orders_x as (select * from orders)\nSELECT * FROM o¦",
        first="orders_x",
    ),
    group(
        "what the body reads stays in the body",
        "users",
        "WITH a as (select id from auth_user)\nSELECT * FROM a WHERE ¦",
        offers="id",
        refuses=_NOT_USER,
    ),
    group(
        "no column of a table that only the body reads",
        "users",
        "WITH a as (select id from auth_user)\nSELECT * FROM a WHERE auth_user.¦",
        silent=True,
    ),
    group(
        "columns in an open body",
        "users",
        "WITH a as (select * from auth_user u where u.¦",
        "WITH a as (select * from auth_user where ¦",
        offers=_USER,
        refuses=_NOT_ORDER,
    ),
    group(
        "only the CTE that is read",
        "users",
        "WITH a as (select email from auth_user), b as (select total from orders)\n"
        "SELECT * FROM b WHERE ¦",
        offers="total",
        refuses="email; created",
    ),
    group(
        "a CTE's columns by prefix",
        "users",
        "WITH a AS (SELECT id, email FROM auth_user)\nSELECT * FROM a WHERE a.em¦",
        "WITH a AS (SELECT id, email FROM auth_user)\nSELECT * FROM a WHERE a.EM¦",
        offers="email",
        refuses="id",
    ),
    group(
        "a CTE joined with a table",
        "users",
        "WITH a AS (SELECT id, email FROM auth_user)\n"
        "SELECT * FROM a JOIN orders o ON o.user_id = a.id WHERE ¦",
        offers="a.id; o.id; email; total; created; user_id",
        refuses="username",
    ),
    group(
        "a CTE of two stars",
        "users",
        "WITH a AS (SELECT u.*, o.* FROM auth_user u JOIN orders o ON true)\n"
        "SELECT * FROM a WHERE a.¦",
        offers=f"{_USER}; user_id; total; created",
    ),
    group(
        "a CTE hides a table of its name",
        "users",
        "WITH orders AS (SELECT id, email FROM auth_user)\nSELECT * FROM orders WHERE orders.¦",
        offers="id; email",
        refuses="total; created",
    ),
    group(
        "a window's name",
        "users",
        "WITH a AS (SELECT id, row_number() OVER (PARTITION BY email) AS rn FROM auth_user)\n"
        "SELECT * FROM a WHERE a.¦",
        offers="id; rn",
        refuses="email",
    ),
    group(
        "a CTE where INSERT selects from it",
        "users",
        "WITH a AS (SELECT id, email FROM auth_user)\n"
        "INSERT INTO orders (user_id) SELECT a.¦ FROM a",
        offers="id; email",
        refuses="total",
    ),
    group(
        "a CTE's columns in each clause",
        "users",
        "WITH a AS (SELECT id, total FROM orders)\nSELECT id FROM a GROUP BY ¦",
        "WITH a AS (SELECT id, total FROM orders)\nSELECT id FROM a ORDER BY ¦",
        "WITH a AS (SELECT id, total FROM orders)\nSELECT * FROM a JOIN auth_user u ON u.id = a.¦",
        offers="id; total",
        refuses="created",
    ),
    group(
        "a CTE's columns in HAVING",
        "users",
        "WITH a AS (SELECT id, total FROM orders)\nSELECT id FROM a GROUP BY id HAVING ¦",
        offers="total",
        refuses="created",
    ),
    group(
        "keywords behind a CTE that is read",
        "users",
        "WITH a AS (SELECT id FROM auth_user)\nSELECT * FROM a ¦",
        offers="WHERE",
    ),
    group(
        "a CTE of VALUES with names",
        "users",
        "WITH t(a, b) AS (VALUES (1, 2), (3, 4))\nSELECT * FROM t WHERE t.¦",
        offers="a; b",
    ),
    group(
        "no invented name for a CTE of VALUES",
        "users",
        "WITH t AS (VALUES (1, 2))\nSELECT * FROM t WHERE t.¦",
        silent=True,
    ),
    group(
        "a CTE with a SEARCH clause",
        "users",
        "WITH RECURSIVE t(n) AS (\n  SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 5\n"
        ") SEARCH DEPTH FIRST BY n SET ordercol\nSELECT * FROM t WHERE t.¦",
        offers="n",
    ),
    group(
        "a qualified name is no CTE",
        "users",
        "WITH a AS (SELECT id FROM auth_user)\nSELECT * FROM public.a WHERE a.¦",
        refuses="id",
    ),
    group(
        "a CTE over blank lines, comments and a function",
        "users",
        "WITH a\n\n   AS\n\n   (\n\n   SELECT id\n\n     FROM auth_user\n\n   )\n\n"
        "SELECT * FROM a WHERE a.¦",
        "WITH a AS ( -- careful: FROM orders in a comment\n    SELECT id FROM auth_user\n) "
        "SELECT * FROM a WHERE a.¦",
        "WITH a AS (SELECT id FROM generate_series(1, 3) g, auth_user)\nSELECT * FROM a WHERE a.¦",
        offers="id",
        refuses="total; email",
    ),
    group(
        "a nested WITH",
        "users",
        "SELECT * FROM orders o WHERE o.user_id IN "
        "(WITH a AS (SELECT id FROM auth_user) SELECT * FROM a WHERE a.¦",
        offers="id",
        refuses="total; email",
    ),
    group(
        "a report of two CTEs: the first",
        "users",
        f"{_REPORT}{_REPORT_END}a.¦",
        offers="id; email; date_joined",
        refuses="username; total",
    ),
    group(
        "a report of two CTEs: the second",
        "users",
        f"{_REPORT}{_REPORT_END}s.¦",
        offers="user_id; итого; штук",
        refuses="total",
    ),
    group(
        "a report of two CTEs: both",
        "users",
        f"{_REPORT}{_REPORT_END}¦",
        offers="a.id; email; итого; штук",
        refuses="total; username",
    ),
    group(
        "a report of two CTEs: in the second body",
        "users",
        f"{_REPORT}     WHERE o.¦",
        offers=_ORDER,
        refuses="username",
    ),
)

SUBQUERIES: tuple[Group, ...] = (
    group(
        "a derived table has the names of its select list",
        "users",
        "SELECT * FROM (select id, email from auth_user) s WHERE s.¦",
        "SELECT * FROM (SELECT * FROM (SELECT id, email FROM auth_user) inner_t) outer_t "
        "WHERE outer_t.¦",
        offers="id; email",
        refuses="username; total",
    ),
    group(
        "a derived table of a star",
        "users",
        "SELECT * FROM (select * from auth_group) s WHERE s.¦",
        offers="id; name",
        refuses="email",
    ),
    group(
        "a derived table behind AS",
        "users",
        "SELECT * FROM (select id from orders) AS s WHERE s.¦",
        "SELECT * FROM (select id from auth_user) s WHERE ¦",
        offers="id",
        refuses="total; email",
    ),
    group(
        "columns in an open derived table",
        "users",
        "SELECT * FROM (select * from auth_group g where g.¦",
        offers="id; name",
    ),
    group(
        "a derived table has the names of its own list",
        "users",
        "SELECT * FROM (SELECT id, email FROM auth_user) s(a, b) WHERE s.¦",
        offers="a; b",
        refuses="id; email",
    ),
    group(
        "a lateral subquery's columns",
        "users",
        "SELECT * FROM auth_user u, LATERAL (SELECT total FROM orders WHERE user_id = u.id) l "
        "WHERE l.¦",
        "WITH a AS (SELECT id FROM auth_user)\n"
        "SELECT * FROM a JOIN (SELECT total FROM orders) d ON true WHERE d.¦",
        offers="total",
        refuses="created; email",
    ),
    group(
        "the table beside a lateral subquery",
        "users",
        "SELECT * FROM auth_user u LEFT JOIN LATERAL (SELECT total FROM orders) l ON true "
        "WHERE u.¦",
        offers=_USER,
        refuses="total",
    ),
    group(
        "the outer table behind a closed subquery",
        "users",
        "SELECT (SELECT email FROM auth_user WHERE id = o.user_id) AS e FROM orders o WHERE o.¦",
        "SELECT * FROM orders o WHERE o.user_id IN (SELECT id FROM auth_user) AND ¦",
        "SELECT * FROM orders o WHERE o.id = ANY (SELECT id FROM auth_user) AND ¦",
        "SELECT (SELECT name FROM auth_group), ¦ FROM orders",
        offers=_ORDER,
        refuses="email; username; name",
    ),
    group(
        "a CTE and a derived table",
        "users",
        "WITH a AS (SELECT id FROM auth_user)\n"
        "SELECT * FROM a JOIN (SELECT total FROM orders) d ON true WHERE ¦",
        offers="id; total",
        refuses="created; email",
    ),
    group(
        "the outer table in a subquery",
        "users",
        "SELECT * FROM orders o WHERE o.user_id IN (SELECT ¦ FROM auth_user)",
        offers="username; email; o.total; o.created; o.user_id",
    ),
    group(
        "the outer table behind its alias's dot, by type",
        "users",
        "SELECT * FROM orders o WHERE EXISTS (SELECT 1 FROM auth_user u WHERE u.id = o.¦)",
        offers="id; user_id; total",
        refuses="created",
    ),
    group(
        "each enclosing level",
        "users",
        "SELECT * FROM orders o WHERE o.id IN "
        "(SELECT user_id FROM orders WHERE user_id IN (SELECT ¦ FROM auth_user))",
        offers="username; email; o.total; orders.total",
    ),
    group(
        "an open subquery keeps its own scope",
        "reports",
        "SELECT * FROM (SELECT ¦ FROM auth_user",
        offers="username",
        refuses="title; executions",
    ),
)

SET_OPERATIONS: tuple[Group, ...] = (
    group(
        "the second branch's columns",
        "users",
        "SELECT id FROM auth_user UNION SELECT ¦ FROM orders",
        "SELECT id FROM auth_user UNION SELECT id FROM orders WHERE ¦",
        "SELECT id FROM auth_user UNION SELECT o.¦ FROM orders o",
        "(SELECT id FROM auth_user) UNION (SELECT ¦ FROM orders)",
        "SELECT id FROM auth_user EXCEPT SELECT ¦ FROM orders",
        "WITH a AS (SELECT id FROM auth_user UNION SELECT ¦ FROM orders) SELECT * FROM a",
        offers=_ORDER,
        refuses=_NOT_USER,
    ),
    group(
        "the first branch's columns",
        "users",
        "SELECT ¦ FROM auth_user UNION SELECT id FROM orders",
        offers=_USER,
        refuses=_NOT_ORDER,
    ),
    group(
        "a union of two CTEs",
        "users",
        "WITH a AS (SELECT email FROM auth_user), b AS (SELECT id FROM orders)\n"
        "SELECT * FROM a UNION SELECT * FROM b WHERE ¦",
        offers="id",
        refuses="email",
    ),
    group(
        "no branch's column in the order of a union",
        "small",
        "SELECT name AS nm FROM users UNION SELECT total FROM orders ORDER BY ¦",
        "SELECT name AS nm FROM users UNION SELECT total FROM orders ORDER BY t¦",
        "SELECT id FROM users UNION SELECT id FROM orders ORDER BY abs(¦)",
        refuses="total; user_id; email",
    ),
    group(
        "an output name in a plain order",
        "small",
        "SELECT name AS nm FROM users ORDER BY ¦",
        "SELECT * FROM (SELECT name AS nm FROM users ORDER BY ¦) x",
        offers="nm",
    ),
    group(
        "words that end the order of a union",
        "small",
        "SELECT id FROM users UNION SELECT id FROM orders ORDER BY id ¦",
        offers="DESC; LIMIT; OFFSET; FETCH",
        refuses="FOR UPDATE; FOR SHARE",
    ),
    group(
        "words that follow FETCH in a union",
        "small",
        "SELECT id FROM users UNION SELECT id FROM orders FETCH ¦",
        offers="FIRST",
    ),
    group(
        "BY between a union and its order",
        "small",
        "SELECT id FROM users UNION SELECT id FROM orders ORDER ¦",
        offers="BY",
    ),
    group(
        "a lock behind a plain order",
        "small",
        "SELECT id FROM users ORDER BY id ¦",
        offers="FOR UPDATE",
    ),
)

TEXT: tuple[Group, ...] = (
    group(
        "nothing in a string that compares free text",
        "users",
        "select * from auth_user where email = 'abc¦",
        "SELECT * FROM auth_user WHERE x = $$open¦",
        silent=True,
    ),
    group(
        "nothing in a closed string or a comment",
        "users",
        "SELECT * FROM auth_user WHERE username LIKE '%smith¦%'",
        "SELECT * FROM auth_user -- note ¦",
        "SELECT * FROM auth_user /* note ¦ */",
        silent=True,
    ),
    group(
        "strings, parameters and operators before a column",
        "users",
        "SELECT * FROM auth_user WHERE email = 'select * from orders' AND ¦",
        "SELECT * FROM auth_user WHERE id = %(user_id)s AND ¦",
        "SELECT * FROM auth_user WHERE id = %s AND ¦",
        "SELECT * FROM auth_user WHERE id = $1 AND username = $2 AND ¦",
        "SELECT $$it's fine$$ FROM auth_user WHERE ¦",
        "SELECT $body$ select * from orders $body$ FROM auth_user WHERE ¦",
        "SELECT * FROM auth_user WHERE data->>'k' = 'v' AND ¦",
        "SELECT * FROM auth_user u WHERE u.id::text = '1' AND u.¦",
        offers=_USER,
        refuses=_NOT_ORDER,
    ),
    group(
        "macros of report tools before a column",
        "users",
        "SELECT * FROM auth_user WHERE date_joined > %Дата|ДАТА|% AND ¦",
        "SELECT * FROM auth_user WHERE username = %Кто|FROM|% AND u¦",
        offers="username",
        refuses="total",
    ),
    group(
        "a dollar quote in a CTE",
        "users",
        "WITH a AS (SELECT id, $$x'y$$ AS note FROM auth_user)\nSELECT * FROM a WHERE a.¦",
        offers="id; note",
        refuses="email",
    ),
    group(
        "a macro in a CTE",
        "users",
        "WITH a AS (SELECT id, email FROM auth_user WHERE id = %Ид|ЧИСЛО|%)\n"
        "SELECT * FROM a WHERE a.¦",
        offers="id; email",
        refuses="username",
    ),
    group(
        "nothing in a parameter",
        "users",
        "SELECT * FROM auth_user u WHERE u.id = :us¦",
        "SELECT * FROM auth_user u WHERE u.id = $1¦",
        silent=True,
    ),
    group(
        "nothing in a parameter in braces",
        "users",
        "SELECT * FROM auth_user u WHERE u.id = {us¦",
        dialect="clickhouse",
        silent=True,
    ),
    group(
        "a connective behind a parameter",
        "users",
        "SELECT * FROM auth_user u WHERE u.id = :user_id ¦",
        "SELECT * FROM auth_user u WHERE u.id = $1 ¦",
        offers="AND",
        refuses="username",
    ),
    group(
        "a connective behind a question mark",
        "users",
        "SELECT * FROM auth_user u WHERE u.id = ? ¦",
        dialect="trino",
        offers="AND",
        refuses="username",
    ),
)

NAMES_AND_CASE: tuple[Group, ...] = (
    group(
        "a quoted CTE",
        "users",
        'WITH "My CTE" AS (SELECT id FROM auth_user)\nSELECT * FROM "My CTE" WHERE "My CTE".¦',
        offers="id",
        refuses="email",
    ),
    group(
        "a quoted output name is quoted again",
        "users",
        'WITH a AS (SELECT id AS "Foo Bar" FROM auth_user)\nSELECT * FROM a WHERE a.¦',
        offers='"Foo Bar"',
    ),
    group(
        "an output name of mixed case is quoted again",
        "users",
        'WITH a AS (SELECT id AS "MixedCase" FROM auth_user) SELECT * FROM a WHERE a.¦',
        offers='"MixedCase"',
    ),
    group(
        "names in upper case",
        "users",
        "WITH A AS (SELECT ID, EMAIL FROM AUTH_USER) SELECT * FROM A WHERE A.¦",
        "SELECT * FROM AUTH_USER U WHERE U.¦",
        "select * from Auth_User where AUTH_user.¦",
        offers="id; email",
        refuses="total",
    ),
    group(
        "a qualified name in upper case",
        "users",
        "SELECT * FROM BILLING.INVOICES WHERE INVOICES.¦",
        offers="id; order_id; amount",
    ),
    group(
        "names in upper case without a qualifier",
        "users",
        "SELECT * FROM AUTH_GROUP WHERE ¦",
        offers="id; name",
        refuses="email",
    ),
    group(
        "names outside ASCII",
        "users",
        "WITH отчёт AS (SELECT id AS Номер, email FROM auth_user)\n"
        "SELECT * FROM отчёт WHERE отчёт.¦",
        offers="номер; email",
        refuses="username",
    ),
    group(
        "a name outside ASCII by prefix",
        "users",
        "WITH отчёт AS (SELECT id FROM auth_user)\nSELECT * FROM отч¦",
        offers="отчёт",
    ),
    group(
        "a part of a table's name",
        "users",
        "select * from use¦",
        offers="auth_user",
        order="users_log; auth_user",
    ),
    group(
        "a word of a table's name",
        "reports",
        "SELECT * FROM data¦",
        "SELECT * FROM atabas¦",
        offers="reports_database",
    ),
    group("a prefix in another case", "users", "select * from Us¦", first="users_log"),
    group(
        "a part of a column's name",
        "users",
        "select * from auth_user u where u.mail¦",
        "select * from auth_user u where u.em¦",
        offers="email",
        refuses="username",
    ),
    group(
        "a prefix before a part",
        "users",
        "select * from auth_user u where u.e¦",
        first="email",
        offers="username",
    ),
    group(
        "an id before what ends so", "users", "select * from orders where id¦", order="id; user_id"
    ),
    group(
        "a part of a CTE's name",
        "users",
        "WITH monthly_totals AS (SELECT id FROM orders)\nSELECT * FROM total¦",
        offers="monthly_totals",
    ),
    group(
        "initials of a column",
        "reports",
        "SELECT * FROM reports_report r WHERE r.di¦",
        offers="database_id",
    ),
    group(
        "keywords match at their start only",
        "users",
        "select * from auth_user her¦",
        refuses="WHERE",
    ),
    group("a keyword behind a table", "users", "select * from auth_user w¦", offers="WHERE"),
    group("nothing that matches nothing", "users", "select * from zzzqqq¦", silent=True),
    group(
        "no other table's column behind a dot",
        "users",
        "select * from auth_group g where g.mail¦",
        silent=True,
    ),
    group("columns before any FROM", "users", "select ema¦", offers="email", refuses="total"),
    group(
        "columns before any FROM, by more letters",
        "users",
        "select user_i¦",
        offers="user_id",
        refuses="username",
    ),
)

RELATIONS: tuple[Group, ...] = (
    group(
        "columns behind an alias or a name",
        "users",
        "select * from auth_user u where u.¦",
        "select * from auth_user where auth_user.¦",
        "DELETE FROM orders o USING auth_user u WHERE u.¦",
        "SELECT * FROM generate_series(1, 10) g, auth_user u WHERE u.¦",
        offers=_USER,
        refuses=_NOT_ORDER,
    ),
    group(
        "columns of the order behind its alias",
        "users",
        "SELECT * FROM auth_user u JOIN orders o USING (id) WHERE o.¦",
        "SELECT * FROM auth_user u NATURAL JOIN orders o WHERE o.¦",
        "SELECT * FROM jsonb_to_recordset(x) AS t(a int, b text), orders o WHERE o.¦",
        offers=_ORDER,
        refuses=_NOT_USER,
    ),
    group(
        "columns without a qualifier",
        "users",
        "select * from auth_group where ¦",
        "SELECT * FROM generate_series(1, 10) g, auth_group WHERE ¦",
        "SELECT * FROM generate_series(1, 10), auth_group WHERE ¦",
        "SELECT row_number() OVER (PARTITION BY ¦) FROM auth_group",
        offers="id; name",
        refuses="email; total",
    ),
    group(
        "both tables of a join",
        "users",
        "select * from auth_user u join orders o on o.user_id = u.id where ¦",
        offers="u.id; o.id; username; total",
    ),
    group(
        "columns of a qualified table behind its bare name",
        "users",
        "select * from billing.invoices where invoices.¦",
        offers="id; order_id; amount",
    ),
    group(
        "the columns of INSERT's table behind a WITH",
        "users",
        "WITH a AS (SELECT id FROM auth_user)\nINSERT INTO orders (¦",
        offers=_ORDER,
        refuses=_NOT_USER,
    ),
    group(
        "the columns that a definition list names",
        "users",
        "SELECT * FROM jsonb_to_recordset(x) AS t(a int, b text), orders o WHERE t.¦",
        offers="a; b",
        refuses="total; int",
    ),
    group(
        "no second table behind a table",
        "users",
        "select u.id from auth_user as u\n¦",
        "select * from auth_user ¦",
        refuses="auth_user; orders; auth_group",
    ),
    group("an alias behind a table", "users", "select * from auth_user ¦", offers="au; AS"),
    group(
        "an alias behind the second table",
        "users",
        "select * from auth_user as u join orders ¦",
        offers="o; AS",
    ),
    group(
        "no alias behind an alias",
        "users",
        "select * from auth_user as u ¦",
        "select * from auth_user u ¦",
        "select * from auth_user join orders as o ¦",
        refuses="AS; au",
    ),
    group(
        "AS behind an item",
        "users",
        "select u.id ¦",
        "select u.id as x, u.email ¦",
        "select cast(u.id as text) ¦",
        offers="AS",
    ),
    group("no AS behind an item's name", "users", "select u.id as x ¦", refuses="AS"),
    group(
        "INSERT's table is not read by its SELECT",
        "small",
        "INSERT INTO users (id) SELECT ¦ FROM orders",
        "INSERT INTO users (id) SELECT id FROM orders WHERE ¦",
        "INSERT INTO users (id) (SELECT ¦ FROM orders)",
        "INSERT INTO users (id) (SELECT id FROM orders WHERE ¦)",
        offers="user_id; total",
        refuses="name; email",
    ),
    group(
        "RETURNING reads INSERT's table only",
        "small",
        "INSERT INTO users (id) SELECT id FROM orders RETURNING ¦",
        "INSERT INTO users (id) VALUES ((SELECT 1)) RETURNING ¦",
        "INSERT INTO users (id) VALUES (1) RETURNING ¦",
        offers="id; name",
        refuses="total; user_id",
    ),
    group(
        "INSERT's list names its table only",
        "small",
        "INSERT INTO orders (¦) SELECT id, name FROM users",
        offers="user_id; total",
        refuses="name; email",
    ),
    group(
        "the second statement's table only",
        "users",
        "SELECT * FROM auth_user; SELECT * FROM orders WHERE ¦",
        offers=_ORDER,
        refuses=_NOT_USER,
    ),
    group(
        "the columns of the row that was refused",
        "users",
        "INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET total = EXCLUDED.¦",
        offers="total; id; user_id",
        refuses="username",
    ),
    group(
        "columns in the middle of a condition",
        "users",
        "WITH a AS (SELECT id, email FROM auth_user)\nSELECT * FROM a WHERE a.¦ AND 1 = 1",
        offers="id; email",
        refuses="username",
    ),
    group(
        "no table behind the words WITH TIME ZONE",
        "users",
        "select * from auth_user u where u.date_joined = current_timestamp with ¦",
        refuses="auth_user; orders; username",
    ),
    group(
        "columns in a call that is not closed",
        "reports",
        "SELECT count(¦ FROM reports_report r",
        "SELECT count(r.¦ FROM reports_report r",
        offers="id; name; executions",
        refuses="title; username",
    ),
    group(
        "a qualifier that the statement does not read",
        "reports",
        "SELECT auth_user.¦ FROM reports_report",
        "SELECT * FROM reports_report WHERE auth_user.¦",
        "WITH a AS (SELECT 1 AS x) SELECT * FROM a WHERE auth_user.¦",
        silent=True,
    ),
    group(
        "a qualifier that the statement reads, or may yet",
        "reports",
        "SELECT auth_user.¦ FROM auth_user",
        "SELECT u.¦ FROM auth_user u",
        "SELECT public.auth_user.¦ FROM public.auth_user",
        "SELECT auth_user.¦",
        offers="username; email",
        refuses="executions",
    ),
)
