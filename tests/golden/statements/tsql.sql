SELECT TOP 10 [name], email FROM dbo.customers WITH (NOLOCK) WHERE region = N'north' ORDER BY created_at
;;
DECLARE @n INT = 5; SELECT @n = COUNT(*) FROM orders WHERE total > @n
;;
UPDATE o SET o.total = 1 OUTPUT inserted.id, deleted.total FROM orders o INNER JOIN customers c ON c.id = o.customer_id
;;
INSERT INTO products (id, title) OUTPUT inserted.id SELECT id, name FROM customers
;;
SELECT c.name, x.total FROM customers c CROSS APPLY (SELECT TOP 1 * FROM orders o WHERE o.customer_id = c.id) x
;;
MERGE products AS p USING order_items AS i ON i.product_id = p.id WHEN NOT MATCHED BY TARGET THEN INSERT (id) VALUES (i.product_id) WHEN MATCHED THEN DELETE;
;;
SELECT id FROM orders ORDER BY id OFFSET 10 ROWS FETCH NEXT 5 ROWS ONLY OPTION (RECOMPILE)
;;
SELECT DATEADD(day, 3, placed_at), ISNULL(total, 0), CONVERT(VARCHAR(10), placed_at, 120) FROM orders
;;
SELECT * FROM #temp t JOIN orders o ON o.id = t.id WHERE t.x LIKE '[a-c]%'
;;
CREATE TABLE t (id INT IDENTITY(1, 1) PRIMARY KEY, v NVARCHAR(MAX) NULL, CONSTRAINT c UNIQUE (v))
;;
IF EXISTS (SELECT 1 FROM orders) BEGIN SELECT 1 END
GO
SELECT 2
;;
EXEC dbo.report @from = '2024-01-01'
;;
SELECT status, [open], [paid] FROM orders PIVOT (SUM(total) FOR status IN ([open], [paid])) p
;;
WITH c AS (SELECT TOP (5) PERCENT id FROM orders) DELETE FROM c
;;
SELECT STRING_AGG(name, ',') WITHIN GROUP (ORDER BY name) FROM customers FOR JSON PATH
;;
SELECT [c].[na FROM customers [c]
