-- does: Telephones several people of different names gave, such as the clerk's who filled in the form: another number
--       beside one of these says nothing.
-- zh: 多人共用的手机号
SELECT phone
FROM (SELECT e.phone, e.name_no FROM enrolled AS e JOIN (SELECT DISTINCT phone FROM weak) AS w ON e.phone = w.phone
      UNION
      SELECT i.phone, i.name_no FROM insured AS i JOIN (SELECT DISTINCT phone FROM weak) AS w ON i.phone = w.phone) AS given
GROUP BY phone
HAVING COUNT(*) >= 3
