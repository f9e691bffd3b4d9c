-- does: Insured units: rows that bear the insurer's account number belong together, others by name and code.
-- zh: 参保单位(按参保编号归并)
SELECT account_no, SUM(rows_all) AS rows_all, SUM(rows_now) AS rows_now
FROM (SELECT number!(account!(unit_no, unit_name, unit_code)) AS account_no, rows_all, rows_now FROM account_rows) AS numbered
GROUP BY account_no
