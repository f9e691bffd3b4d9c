-- does: How common the names of people without a right ID number are: their share among the insured.
-- zh: 弱记录姓名的常见程度
SELECT w.name_no, COALESCE(i.people, 0) / t.everybody AS share
FROM (SELECT DISTINCT name_no FROM weak) AS w
LEFT JOIN (SELECT name_no, CAST(COUNT(*) AS DOUBLE) AS people
           FROM insured WHERE name_no IS NOT NULL GROUP BY name_no) AS i ON w.name_no = i.name_no
CROSS JOIN (SELECT GREATEST(SUM(rows_all), 1) AS everybody FROM accounts) AS t
