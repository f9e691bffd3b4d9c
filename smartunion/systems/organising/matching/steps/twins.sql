WITH asked AS (
    SELECT a.member_id, a.sid
    FROM namesakes AS a
    JOIN cover_accounts AS c ON a.union_id = c.union_id AND a.account_no = c.account_no
)
SELECT a.member_id, a.sid
FROM asked AS a
LEFT JOIN (SELECT DISTINCT p.member_id FROM id_pairs AS p JOIN asked AS q ON p.member_id = q.member_id WHERE p.same_name) AS m
  ON a.member_id = m.member_id
LEFT JOIN (SELECT DISTINCT p.sid FROM id_pairs AS p JOIN asked AS q ON p.sid = q.sid WHERE p.same_name) AS s ON a.sid = s.sid
WHERE m.member_id IS NULL AND s.sid IS NULL
