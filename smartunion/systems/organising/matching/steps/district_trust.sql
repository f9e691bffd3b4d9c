-- does: How far districts of unions and register agree where the employer is certain, beyond what chance would give:
--       decides what a district is worth as evidence here, for a union's own employer and for those it lists. In one
--       county it is worth nothing.
-- zh: 区划字段的可信程度
SELECT a.kind, CASE WHEN c.chance > 0.9 THEN 0 ELSE ROUND(GREATEST(0, 2 * (a.share - c.chance) / (1 - c.chance)), 1) END AS worth
FROM (SELECT m.kind, AVG(CASE WHEN same_place!(m.district, e.district) THEN 1.0 ELSE 0.0 END) AS share
      FROM mentions AS m
      JOIN sure_mentions AS s ON m.mention = s.mention
      JOIN entities AS e ON s.entity_id = e.entity_id
      WHERE m.union_id IS NOT NULL AND m.district <> '' AND e.district <> ''
      GROUP BY m.kind) AS a
CROSS JOIN (SELECT SUM(n * n) / SUM(n) / SUM(n) AS chance
            FROM (SELECT CAST(COUNT(*) AS DOUBLE) AS n FROM entities WHERE district <> '' GROUP BY district) AS counts) AS c
