"""What is in force is kept in the ledger, once a process has it in force."""

from pathlib import Path

from app.ledger.configurations import Configurations
from app.ledger.database import Database
from app.mapping.config import load_config
from app.rules_in_force.in_force import InForce
from app.rules_in_force.kept import KeptRules
from app.rules_in_force.reload import Reload, load_settled
from tests.support.ledgers import create_sqlite

RULES = "rules:\n  - name: all\n    fields:\n      Subject: Größe ${NAME}\n"


def load(path: Path, folder: Path):
    return load_config(path, {"NAME": "a-value-of-the-environment"}, folder), {}


def test_what_is_taken_over_is_kept(tmp_path: Path) -> None:
    """The text is kept as it was read, without values of the environment, and so is what replaces it."""
    file, database = tmp_path / "rules.yaml", Database(create_sqlite(tmp_path / "ledger.db"))
    file.write_text(RULES, encoding="utf-8")
    configurations, in_force = Configurations(database), InForce(load_settled(file, load))
    kept = KeptRules(configurations, in_force, file.name)
    reload = Reload(file, load, in_force, looked=kept.keep)

    kept.keep()
    first = in_force.loaded.hash
    file.write_text(RULES.replace("all", "others"), encoding="utf-8")
    reload.catch_up()
    kept.keep()

    assert {"rules.yaml": RULES} == configurations.files(first)
    assert {"rules.yaml": RULES.replace("all", "others")} == configurations.files(in_force.loaded.hash)
    assert first != in_force.loaded.hash


def test_database_that_is_away(tmp_path: Path) -> None:
    """While the database is away nothing is raised; once it is back it is tried again."""
    file, database = tmp_path / "rules.yaml", Database(create_sqlite(tmp_path / "ledger.db"))
    file.write_text(RULES, encoding="utf-8")
    configurations, in_force = Configurations(database), InForce(load_settled(file, load))
    kept = KeptRules(configurations, in_force, file.name)

    database.barred = True
    kept.keep()
    database.barred = False
    kept._again_at = 0.0
    kept.keep()

    assert {"rules.yaml": RULES} == configurations.files(in_force.loaded.hash)
