-- does: All candidates of the undecided mentions: those found first, slips a person may make, and entities whose name
--       begins with the short form a union gave, and employers of its members.
-- zh: 未定称呼的全部候选:一致、笔误、简称
SELECT mention, entity_id, MAX(typo) AS typo
FROM (
    SELECT c.mention, c.entity_id, 0 AS typo
    FROM candidates_first AS c JOIN unsettled AS m ON c.mention = m.mention
    UNION ALL
    SELECT mention, entity_id, verdict
    FROM (SELECT s.mention, s.entity_id, COALESCE(v.verdict, 0) AS verdict,
                 COUNT(*) OVER (PARTITION BY s.mention, v.verdict) AS bearers
          FROM slips AS s LEFT JOIN slip_verdicts AS v ON s.typed = v.typed AND s.borne = v.borne
          WHERE s.typed IS NULL OR v.verdict > 0) AS slipped
    WHERE bearers <= $short_bearers
    UNION ALL
    SELECT mention, entity_id, 0
    FROM (SELECT mention, entity_id, COUNT(*) OVER (PARTITION BY mention, how) AS bearers FROM beginnings) AS begun
    WHERE bearers <= $short_bearers
    UNION ALL
    SELECT m.mention, p.entity_id, 0
    FROM unsettled AS m JOIN union_people AS p ON m.union_id = p.union_id
    WHERE p.people >= 2
    UNION ALL
    SELECT m.mention, r.entity_id, 0
    FROM unsettled AS m JOIN union_roll AS r ON m.union_id = r.union_id
    WHERE m.kind = 'union' AND r.is_main = 1
) AS found
GROUP BY mention, entity_id
