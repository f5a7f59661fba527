"""What is in force is kept in the ledger, once a process has it in force."""

from pathlib import Path

from app.ledger.configurations import Configurations
from app.ledger.database import Database
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce
from app.rules_in_force.kept import KeptRules
from app.rules_in_force.reload import Reload, load_settled
from app.trial.past import PastRules
from tests.support.ledgers import create_sqlite

RULES = "rules:\n  - name: all\n    fields:\n      Subject: Größe ${NAME}\n"


def load(path: Path, folder: Path):
    return load_config(path, {"NAME": "a-value-of-the-environment"}, folder), {}


def test_what_is_taken_over_is_kept(tmp_path: Path) -> None:
    """The text is kept as it was read, without values of the environment, and so is what replaces it."""
    file, database = tmp_path / "rules.yaml", Database(create_sqlite(tmp_path / "ledger.db"))
    file.write_text(RULES, encoding="utf-8")
    configurations, in_force = Configurations(database), InForce(load_settled(file, load))
    kept = KeptRules(configurations, in_force, file)
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
    kept = KeptRules(configurations, in_force, file)

    database.barred = True
    kept.keep()
    database.barred = False
    kept._again_at = 0.0
    kept.keep()

    assert {"rules.yaml": RULES} == configurations.files(in_force.loaded.hash)


LISTED = """\
rules:
  - name: vip
    when: {callback_number: {not: {numbers: lists/vip.txt}}}
    skip: no VIP
  - name: all
    fields: {Subject: Callback}
"""


def test_lists_of_numbers_are_kept_with_it(tmp_path: Path) -> None:
    """A list is kept as it was in force, without its remarks, and is what later explanations go by."""
    file, vip = tmp_path / "rules.yaml", tmp_path / "lists" / "vip.txt"
    vip.parent.mkdir()
    file.write_text(LISTED, encoding="utf-8")
    vip.write_text("+49 30 901820  # Anna\n4711\n")
    configurations = Configurations(Database(create_sqlite(tmp_path / "ledger.db")))
    in_force = InForce(load_settled(file, load))
    reload = Reload(file, load, in_force)
    kept, first = KeptRules(configurations, in_force, file), in_force.loaded.hash

    vip.write_text("+43 1 513550\n")
    kept.keep()
    reload.catch_up()
    kept.keep()

    assert {"rules.yaml": LISTED, "lists/vip.txt": "+4930901820\n4711"} == configurations.files(first)
    assert {"rules.yaml": LISTED, "lists/vip.txt": "+431513550"} == configurations.files(in_force.loaded.hash)
    then = PastRules(configurations, in_force, {}).config(first)
    assert isinstance(then, Config)
    assert [{"+4930901820", "4711"}] == list(then.files.values())
