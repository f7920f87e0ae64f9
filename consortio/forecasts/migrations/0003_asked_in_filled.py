from django.db import migrations

FILL = """
UPDATE forecasts_round SET
    kpi_id = (SELECT g.kpi_id FROM goals_goal g WHERE g.id = forecasts_round.goal_id),
    unit = COALESCE((SELECT k.unit FROM goals_goal g JOIN kpis_kpi k ON k.id = g.kpi_id
        WHERE g.id = forecasts_round.goal_id), ''),
    decimals = COALESCE((SELECT k.decimals FROM goals_goal g JOIN kpis_kpi k ON k.id = g.kpi_id
        WHERE g.id = forecasts_round.goal_id), 0)
WHERE kpi_id IS NULL
"""


class Migration(migrations.Migration):
    """Rounds from before were asked in what measures their goals now, as far as anybody knows."""

    dependencies = [("forecasts", "0002_asked_in")]

    operations = [migrations.RunSQL(FILL, migrations.RunSQL.noop)]
