-- does: Those among them whose name nobody bears even with region or legal form left out: here a slip is looked for.
-- zh: 名称未能对应、需查笔误的称呼
SELECT m.*
FROM unsettled AS m
LEFT JOIN (SELECT DISTINCT mention FROM pairs_first WHERE name_how IN ('exact', 'normal', 'part')) AS p ON m.mention = p.mention
WHERE p.mention IS NULL AND m.kind <> 'tax'
