-- does: Mentions of claims still undecided.
-- zh: 尚未确定的称呼
SELECT m.*
FROM open_mentions AS m
LEFT JOIN (SELECT kind, ref FROM decisions_first WHERE is_auto) AS d ON m.kind = d.kind AND m.ref = d.ref
WHERE d.ref IS NULL
