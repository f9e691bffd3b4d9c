-- does: How common the names of people without a right ID number are: their share among the insured.
-- zh: 弱记录姓名的常见程度
SELECT w.name_no, COALESCE(MAX(i.people), 0) / MAX(t.everybody) AS share
FROM (SELECT DISTINCT name_no FROM weak) AS w
LEFT JOIN (SELECT i.name_no, CAST(COUNT(*) AS DOUBLE) AS people
           FROM insured AS i JOIN (SELECT DISTINCT name_no FROM weak) AS n ON i.name_no = n.name_no
           GROUP BY i.name_no) AS i ON w.name_no = i.name_no
CROSS JOIN (SELECT GREATEST(SUM(rows_all), 1) AS everybody FROM accounts) AS t
GROUP BY w.name_no
