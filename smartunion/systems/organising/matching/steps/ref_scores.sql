-- does: Mentions of one claim put together: rows of an insured unit vote, a union's own names help one another.
-- zh: 按单位汇总:参保记录投票,工会名称互证
SELECT kind, ref, union_id, entity_id, SPLIT_PART(hows, '|', 1) AS name_how, SPLIT_PART(hows, '|', 2) AS code_how, points
FROM (
    SELECT v.kind, v.ref, CAST(NULL AS VARCHAR) AS union_id, v.entity_id, v.hows, v.points / t.weight AS points
    FROM (SELECT kind, ref, entity_id, SUM(points * weight) AS points, best!(name_how || '|' || code_how, points) AS hows
          FROM (SELECT s.*, o.weight FROM $scores AS s JOIN open_mentions AS o ON s.mention = o.mention
                WHERE s.kind = 'account') AS weighed GROUP BY kind, ref, entity_id) AS v
    JOIN (SELECT kind, ref, SUM(weight) AS weight
          FROM (SELECT s.kind, s.ref, s.mention, MAX(o.weight) AS weight
                FROM $scores AS s JOIN open_mentions AS o ON s.mention = o.mention
                WHERE s.kind = 'account' AND s.points > 0 GROUP BY s.kind, s.ref, s.mention) AS heard
          GROUP BY kind, ref) AS t ON v.kind = t.kind AND v.ref = t.ref
    UNION ALL
    SELECT kind, ref, MIN(union_id), entity_id, best!(name_how || '|' || code_how, points), MAX(points)
    FROM $scores WHERE kind <> 'account' GROUP BY kind, ref, entity_id
) AS together
