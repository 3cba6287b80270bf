// Templates that the browser fills as the server did; built in by the bundler.

import advice from "../templates/_advice.mustache";
import button from "../templates/_button.mustache";
import card from "../templates/_card.mustache";
import csrf from "../templates/_csrf.mustache";
import desk from "../templates/_desk.mustache";
import echo from "../templates/_echo.mustache";
import facts from "../templates/_facts.mustache";
import home from "../templates/_home.mustache";
import inbox from "../templates/_inbox.mustache";
import row from "../templates/_row.mustache";
import rows from "../templates/_rows.mustache";
import side from "../templates/_side.mustache";
import tick from "../templates/_tick.mustache";
import walk from "../templates/_walk.mustache";

export const CARD_TEMPLATES = {
  _advice: advice, _button: button, _card: card, _csrf: csrf, _echo: echo, _facts: facts, _home: home,
  _tick: tick,
} as const;
export const INBOX_TEMPLATES = { _echo: echo, _inbox: inbox } as const;
export const WALK_TEMPLATES = { _csrf: csrf, _echo: echo, _walk: walk } as const;
export const DESK_TEMPLATES = {
  ...CARD_TEMPLATES, _desk: desk, _row: row, _rows: rows, _side: side,
} as const;
