// What the gateway says, as described in ../../openapi.yaml; its examples are checked against
// these types. Times are RFC 3339 texts in UTC; every `..._label`, `line` and `sentence` is in the
// reader's language.

export type Kind = "gas" | "co" | "smoke" | "heat" | "sos" | "water" | "valve" | "device";
export type Phase = "fresh" | "told" | "claimed" | "on_scene" | "settled" | "closed";
export type Severity = "serious" | "critical";
export type Tone = "waiting" | "going" | "there" | "settled" | "closed";
export type ButtonTone = "go" | "help" | "plain";
export type TickName = "none" | "help" | "safe" | "out";
export type Reach =
  "queued" | "sent" | "accepted" | "on_phone" | "opened" | "answered" | "failed";

export interface Named {
  name: string;
  label: string;
}

export interface Door {
  at: string;
  clock: string;
  left: string;
  overdue: boolean;
}

export interface Going {
  role: string;
  line: string;
  is_lead: boolean;
  is_you: boolean;
  is_there: boolean;
  minutes?: number;
  going_at?: string;
  arrived_at?: string;
  person?: string;
}

export interface Asks {
  minutes?: { minute_choices: { minutes_value: string; minutes_label: string }[] };
  causes?: { cause_choices: { cause_name: string; cause_label: string }[] };
  text?: { text_label: string; text_max: number; text_required: boolean };
  person?: { people: { person_id: string; person_label: string }[]; nobody_label?: string };
  period?: { from: string; until: string };
  sure?: string;
}

export interface Button {
  action: string;
  label: string;
  tone: ButtonTone;
  pressed?: boolean;
  in_list?: boolean;
  asks?: Asks;
}

export interface Home {
  household: string;
  home_door: string;
  rank: number;
  tick: TickName;
  tick_label: string;
  calls_help: boolean;
  is_out: boolean;
  is_safe: boolean;
  may_tick: boolean;
  needs_two: boolean;
  no_relatives: boolean;
  people?: number;
  facts: { fact: string; fact_label: string }[];
  dated: { dated: string; dated_label: string; dated_until: string; dated_note: string }[];
  notes: string[];
}

export interface Homes {
  several: boolean;
  may_tick_rest: boolean;
  count: number;
  answered: number;
  roll: string;
  list: Home[];
}

export interface ToldGroup {
  role: string;
  role_label: string;
  people: number;
  people_many: boolean;
  unreached: number;
  results: { result: string; result_people: number; result_many: boolean; result_failed: boolean }[];
}

export interface Delivery {
  person: string;
  person_name: string;
  person_roles: string;
  told_at: string;
  told_clock: string;
  wave: number;
  counted: boolean;
  reach: Reach;
  reach_label: string;
  reach_clock?: string;
  channel: string;
  channel_label: string;
  unreachable: boolean;
  failed: boolean;
  dial?: string;
}

export interface DeskPart {
  ladder: string;
  waves_run: number;
  loops?: number;
  told_groups: ToldGroup[];
  in_hand?: string;
  next_step?: { at: string; left: string };
  deliveries: Delivery[];
}

export interface Card {
  incident: string;
  kind: Kind;
  headline: string;
  severity: Severity;
  severity_label: string;
  is_critical: boolean;
  phase: Phase;
  phase_label: string;
  is_open: boolean;
  origin: "sensor" | "restored" | "manual" | "set_aside";
  place: string;
  raised_at: string;
  raised_clock: string;
  age: string;
  door?: Door;
  roles: string[];
  you_are: string;
  status: string;
  tone: Tone;
  remarks: string[];
  linked: { linked_headline: string; linked_place: string }[];
  going: Going[];
  on_the_spot?: {
    command: "close_valve" | "fan_on" | "fan_off" | "siren_on" | "siren_off";
    standing: "sent" | "overdue" | "confirmed" | "failed" | "unheard";
    spot_line: string;
    spot_failed: boolean;
    spot_device?: string;
  }[];
  told_line: string;
  buttons: Button[];
  calls: { call_label: string; call_href: string }[];
  own_tick?: Named;
  settled_as?: Named;
  satisfied?: boolean;
  closing?: {
    at: string;
    closed_clock: string;
    cause: Named;
    closed_by?: string;
    closing_text?: string;
  };
  advice?: string[];
  advice_first?: boolean;
  emergency?: string;
  shelter?: string;
  also: { also_headline: string; also_place: string; also_href: string }[];
  homes?: Homes;
  equipment?: {
    equipment: string;
    equipment_where: string;
    equipment_home?: string;
    equipment_note?: string;
  }[];
  door_tasks?: {
    door_task: string;
    door_task_clock: string;
    door_task_yours: boolean;
    door_task_owner?: string;
  }[];
  sources?: {
    source_kind: string;
    source_state: string;
    source_clock: string;
    source_count: number;
    source_device?: string;
  }[];
  notes?: { note_clock: string; note_text: string; note_by?: string }[];
  desk?: DeskPart;
}

// One incident as one person sees it.
export interface PageState {
  now: string;
  zone_minutes: number;
  card: Card;
}

export interface Message {
  key: string;
  title: string;
  lines: string[];
  at: string;
  clock: string;
  is_open: boolean;
  href: string;
}

export interface Inbox {
  now: string;
  csrf: string;
  messages: Message[];
}

export interface Row {
  incident: string;
  kind: Kind;
  headline: string;
  severity: Severity;
  is_critical: boolean;
  phase: Phase;
  phase_label: string;
  raised_at: string;
  raised_clock: string;
  age: string;
  door?: Door;
  status: string;
  tone: Tone;
  place?: string;
  href?: string;
  rescue?: boolean;
  linked_count?: number;
  unread?: boolean;
  going?: { line: string; is_there: boolean }[];
  on_the_spot?: { spot_line: string; spot_failed: boolean }[];
  told_groups?: ToldGroup[];
}

export interface Totals {
  open: number;
  waiting: number;
  overdue: number;
  rescue: number;
}

export interface Matter {
  matter: string;
  fault: string;
  fault_label: string;
  subject: string;
  opened_at: string;
  opened_clock: string;
  matter_count: number;
  waivable: boolean;
  detail?: string;
  since_clock?: string;
  waived_until?: string;
  waived_clock?: string;
  waived_why?: string;
}

export interface Health {
  well: boolean;
  flood?: string;
  lines: { part: string; well: boolean; sentence: string; since_clock?: string }[];
}

export interface Board {
  now: string;
  zone_minutes: number;
  clock: string;
  may_open: boolean;
  may_mend: boolean;
  has_incidents: boolean;
  has_matters: boolean;
  totals: Totals;
  rows: Row[];
  matters: Matter[];
  health: Health;
}

export interface RowsEvent {
  now: string;
  rows: Row[];
  gone: string[];
  totals: Totals;
}

export interface Session {
  user: string;
  role: string;
  role_label: string;
  community: string;
  csrf: string;
}

export interface Places {
  places: { place_id: string; place_label: string }[];
}

export type Verdict = "silent" | "heard" | "button" | "passed";

// A device under test.
export interface WalkDevice {
  device: string;
  device_label: string;
  device_profile: string;
  verdict: Verdict;
  is_passed: boolean;
  mark: string;
  state_label: string;
  said_line?: string;
  last_at?: string;
  age?: string;
  link?: string;
  battery?: number;
  problem?: string;
  would_tell?: string;
  rings_at?: string;
  rings_left?: string;
  quiet_href?: string;
}

export interface WalkTest {
  test: string;
  test_place: string;
  test_by: string;
  test_until: string;
  test_passed: number;
  test_total: number;
  progress: string;
  ended: boolean;
  test_left?: string;
  stop_href?: string;
  ended_at?: string;
  ended_line?: string;
  rang: { rang_line: string }[];
  beside: { beside_line: string }[];
  devices: WalkDevice[];
}

export interface Walks {
  now: string;
  zone_minutes: number;
  clock: string;
  tests: WalkTest[];
}

export interface Opened {
  incident: string;
}

// ---- what is sent -------------------------------------------------------------------------------

// A pressed button. As a form's fields are all texts, so may these be.
export interface Answer {
  action: string;
  minutes?: number | string;
  cause?: string;
  household?: string;
  other?: string;
  text?: string;
  from?: string;
  until?: string;
}

export interface Receipt {
  key: string;
}

export interface Login {
  user: string;
  password: string;
}

export interface Opening {
  kind: Kind;
  place: string;
  text?: string;
}

export interface MatterDone {
  matter: string;
}

export interface MatterWaived {
  matter: string;
  days: number | string;
  why: string;
}

export interface WalkStart {
  place: string;
  minutes?: number | string;
}

export interface WalkStarted {
  test: string;
}

// RFC 9457.
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  refusal?: string;
}

export type Fields = Record<string, string>;

// What a request came to. `away` is a line that is down, not an answer.
export type Outcome<T> =
  { kind: "ok"; value: T } | { kind: "problem"; problem: Problem } | { kind: "away" };

const PATIENCE_MS = 12_000;

export async function request<T>(
  method: "GET" | "POST", path: string, fields?: Fields, csrf?: string,
): Promise<Outcome<T>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
  try {
    const headers: Record<string, string> = { Accept: "application/json" };
    if (fields !== undefined) headers["Content-Type"] = "application/json";
    if (csrf !== undefined) headers["X-CSRF-Token"] = csrf;
    const answer = await fetch(path, {
      method, headers, signal: abort.signal, cache: "no-store", credentials: "same-origin",
      ...(fields === undefined ? {} : { body: JSON.stringify(fields) }),
    });
    if (answer.status === 204) return { kind: "ok", value: undefined as unknown as T };
    if (answer.ok) return { kind: "ok", value: await answer.json() as T };
    // A server in trouble is no verdict on the press: it is sent again.
    if (answer.status >= 500) return { kind: "away" };
    return { kind: "problem", problem: await answer.json() as Problem };
  } catch (_) {
    return { kind: "away" };
  } finally {
    clearTimeout(timer);
  }
}
