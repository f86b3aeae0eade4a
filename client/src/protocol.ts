// Written by `intermingle schema` from rooms/ and server/: change those and run it again.

export const VERSION = 1;
export const MESSAGE_LIMIT = 16384; // bytes
// The parts of an event's time beside talk, ms.
export const WELCOME = 300000;
export const CLOSE = 300000;
export const GRACE = 15000;
export const MOVE = 10000;

/** Why the server ended a connection, and whether to come back. */
export const CLOSE_CODES = {
  1000: { name: "left", comeBack: "no" }, // You left, or the event's page was closed.
  1012: { name: "restart", comeBack: "yes" }, // The server restarts; your seat is kept.
  1011: { name: "fault", comeBack: "yes" }, // Something broke on our side; your place is safe.
  4001: { name: "taken-over", comeBack: "no" }, // You are here in another window.
  4002: { name: "bad-message", comeBack: "no" }, // A message was not understood.
  4003: { name: "too-big", comeBack: "no" }, // A message was larger than 16 kB.
  4004: { name: "too-fast", comeBack: "yes" }, // Too many messages.
  4005: { name: "hello-late", comeBack: "yes" }, // No hello within 10 s.
  4006: { name: "bad-ticket", comeBack: "new ticket" }, // The ticket is unknown, used or older than 60 s.
  4007: { name: "wrong-version", comeBack: "no" }, // The page is older or newer than the server: load it again.
  4008: { name: "too-slow", comeBack: "yes" }, // Messages could not be delivered fast enough.
  4009: { name: "removed", comeBack: "no" }, // The host took you out of the event.
  4010: { name: "revoked", comeBack: "no" }, // The link you came by is no longer valid.
  4011: { name: "no-event", comeBack: "no" }, // There is no such event.
  4012: { name: "hello-first", comeBack: "no" }, // The first message must be hello, and only the first.
  4013: { name: "too-many-sockets", comeBack: "no" }, // More than five connections for one person.
} as const;

/** Codes of refused commands; each comes with a sentence for people. */
export type RefusalCode =
  | "alone"
  | "already-announced"
  | "already-muted"
  | "already-offered"
  | "already-open"
  | "already-paused"
  | "already-resting"
  | "already-skipped"
  | "already-speaking"
  | "already-started"
  | "already-there"
  | "apart"
  | "apart-from-self"
  | "bad-email"
  | "bad-minutes"
  | "bad-plan"
  | "bad-rate"
  | "bad-seconds"
  | "bad-size"
  | "bad-time"
  | "bad-zone"
  | "blank"
  | "busy"
  | "ending"
  | "exists"
  | "fault"
  | "guests-only"
  | "help-asked"
  | "help-taken"
  | "host-unknown"
  | "in-plenary"
  | "no-better"
  | "no-event"
  | "no-help"
  | "no-people"
  | "no-place"
  | "no-room"
  | "no-round"
  | "no-rounds-left"
  | "not-allowed"
  | "not-here"
  | "not-late"
  | "not-met"
  | "not-muted"
  | "not-offered"
  | "not-open"
  | "not-paused"
  | "not-resting"
  | "not-saved"
  | "not-skipped"
  | "not-speaking"
  | "not-started"
  | "not-visiting"
  | "other-room"
  | "over"
  | "removed"
  | "restarting"
  | "resting"
  | "stale-plan"
  | "too-few"
  | "too-late"
  | "too-long"
  | "too-many-apart"
  | "too-many-people"
  | "too-many-rounds"
  | "too-short"
  | "unknown-person"
  | "wrong-round";

export type ToBrowser =
  | Welcome
  | Resumed
  | Changed
  | Done
  | Refusal
  | Pong
  | Chat
  | ChatCleared
  | Reconnecting
  | Planning
  | CallOffer
  | Slots
  | NoCall
  | CallLost
  | CallTaken
  | Speaking
  | WeakLine
  | Gaps
  | Reconnect;

/**
 * Everything: after it, `Changed` messages follow without a gap.
 *
 * Event time = `event_ms` + (now − `wall_ms`) × `rate`, where now is the server's clock in ms since 1970.
 */
export interface Welcome {
  type: "Welcome";
  version: number;
  you: You;
  epoch: number;
  seq: number;
  view: GuestView | HostView;
  rate: number;
  event_ms: number;
  wall_ms: number;
  reconnecting: readonly ParticipantId[];
  chat: readonly Said[];
}

export interface You {
  id: string; // the participant's or facilitator's id
  role: Role;
  name: string;
}

export type Role = "organiser" | "facilitator" | "participant" | "system";

export interface GuestView {
  event: EventCard;
  rounds: Readonly<Record<string, RoundCard>>;
  clock: ClockCard;
  people: Readonly<Record<ParticipantId, PersonCard>>;
  room: RoomCard;
  next: NextCard;
  you: YouCard;
  met: Readonly<Record<ParticipantId, readonly RoundNumber[]>>;
  contacts: Readonly<Record<ParticipantId, ContactCard>>;
  message: MessageCard;
}

export interface EventCard {
  id: string;
  title: string;
  zone: string;
  starts_at: number | null;
  phase: Phase;
  manual: boolean;
  next_at: number | null; // when the next round will be announced by the clock
  closed_at: number | null;
  hosts: readonly string[]; // names of hosts who are here
  speaker: string | null; // the id of the host whom everyone sees and hears
  speaker_name: string;
}

export type Phase = "draft" | "open" | "plenary" | "rounds" | "closed";

export interface RoundCard {
  number: RoundNumber;
  minutes: number;
  size: number;
  topic: string;
  question: string;
  state: "to come" | "now" | "done" | "skipped";
  starts_at: number | null; // really, or as the timetable now stands; None before the event has a time
  rooms: number; // more than 0: so many rooms were asked for, whatever `size` says
}

export type RoundNumber = number;

/** The live round. All None between rounds. */
export interface ClockCard {
  number: RoundNumber | null;
  state: "announced" | "running" | "grace" | null;
  starts_at: number | null;
  ends_at: number | null;
  paused_at: number | null;
}

export type ParticipantId = string;

/** Someone who has joined, as other guests see them. */
export interface PersonCard {
  name: string;
  headline: string;
  role: string;
  presence: Presence;
}

export type Presence = "expected" | "here" | "away" | "left" | "removed";

export interface RoomCard {
  number: RoomNumber | null;
  people: readonly ParticipantId[];
  help_at: number | null;
  help_by: ParticipantId | null;
  help_taken_by: string | null; // a host's name
  visitors: Readonly<Record<string, string>>; // hosts' names, by their ids
}

export type RoomNumber = number;

/** The announced move, for one guest: a room with people, or a rest. */
export interface NextCard {
  number: RoundNumber | null;
  room: RoomNumber | null;
  people: readonly ParticipantId[];
  new: readonly ParticipantId[]; // those of them not met before
  starts_at: number | null;
}

export interface YouCard {
  id: ParticipantId;
  name: string;
  headline: string;
  email: string;
  presence: Presence;
  late_since: number | null;
  waits: boolean;
  sits_out: boolean;
  can_join: RoomNumber | null; // for a latecomer: the room where they would be seated now
  join_with: readonly ParticipantId[]; // who is here in that room
  new_next: number | null; // how many new people the plan has for them in the next round
  to_come: number | null; // and in all rounds that have not been announced, each person counted once
  muted: readonly Medium[]; // by a host
}

export type Medium = "audio" | "video";

export interface ContactCard {
  offered: boolean;
  email: string | null; // only when both have offered
}

export interface MessageCard {
  id: string | null;
  text: string;
  by: string;
  at: number | null;
}

export interface HostView {
  event: EventCard;
  rounds: Readonly<Record<string, RoundCard>>;
  clock: ClockCard;
  people: Readonly<Record<ParticipantId, ListedCard>>;
  rooms: Readonly<Record<string, RoomCard>>; // of the running round, or of the announced one before the first
  next: MoveCard; // the announced round
  plan: Readonly<Record<string, SeatingCard>>; // by round number: rounds to come
  past: Readonly<Record<string, SeatingCard>>; // by round number: rounds that ended
  numbers: NumbersCard;
  needs: Readonly<Record<string, NeedCard>>;
  hosts: Readonly<Record<string, HostCard>>;
  apart: Readonly<Record<string, readonly [ParticipantId, ParticipantId]>>;
  message: MessageCard;
}

/** Anyone on the list, as hosts see them. `email` is empty for facilitators. */
export interface ListedCard {
  name: string;
  headline: string;
  role: string;
  email: string;
  presence: Presence;
  away_since: number | null;
  room: RoomNumber | null;
  late_since: number | null;
  waits: boolean;
  sits_out: boolean;
  met: readonly ParticipantId[];
  muted: readonly Medium[];
}

/** The announced round, as hosts see it. All empty when none is announced. */
export interface MoveCard {
  number: RoundNumber | null;
  rooms: readonly (readonly ParticipantId[])[];
  resting: readonly ParticipantId[];
  starts_at: number | null;
}

export interface SeatingCard {
  rooms: readonly (readonly ParticipantId[])[];
  resting: readonly ParticipantId[];
}

/** The plan in force. `planned` False: none yet, or it is out of date and a new one is being made. */
export interface NumbersCard {
  planned: boolean;
  people: number;
  possible: number; // new people anyone could meet at most: everyone else
  mean: number;
  least: number;
  most: number;
  repeats: number;
  distinct: number;
  bound: number;
  bound_name: string;
  optimal: boolean;
}

/** One line of "Needs you". The key is the kind and the person or room. */
export interface NeedCard {
  kind: "help" | "late" | "away";
  since: number;
  person: ParticipantId | null;
  room: RoomNumber | null;
  new: number; // for a latecomer: new people in that room
  taken_by: string;
}

export interface HostCard {
  name: string;
  here: boolean;
  visiting: RoomNumber | null;
}

/** One line of a room's chat, or of the lobby's (room None). */
export interface Said {
  by: ParticipantId;
  name: string;
  text: string;
  at: number;
  room: RoomNumber | null;
}

/** The changes missed since `Hello.seq` follow, all of them, in order; then new ones. */
export interface Resumed {
  type: "Resumed";
  you: You;
  epoch: number;
  seq: number; // where the browser will be after them
  rate: number;
  event_ms: number;
  wall_ms: number;
  reconnecting: readonly ParticipantId[];
  chat: readonly Said[];
}

/** One decision's effect on what this browser sees. `seq` only grows; others' facts leave gaps. */
export interface Changed {
  type: "Changed";
  seq: number;
  at: number;
  changes: readonly Change[];
}

/** What one fact changes in one audience's tables. `kind` is the fact's name, for announcements. */
export interface Change {
  kind: string;
  by: string;
  set: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  drop: Readonly<Record<string, readonly string[]>>;
}

/** The command `cid` is durable, as of `seq`; its changes were sent before this. */
export interface Done {
  type: "Done";
  cid: string;
  seq: number;
}

/** The command `cid` has changed nothing. Without a `cid`: the line of chat was not passed on. */
export interface Refusal {
  type: "Refusal";
  cid: string;
  code: string;
  message: string;
}

/** `seq`: the newest change this browser should have; `digest` of its view there (hex, may be empty). */
export interface Pong {
  type: "Pong";
  sent: number;
  wall_ms: number;
  seq: number;
  digest: string;
}

export interface Chat {
  type: "Chat";
  said: Said;
}

/** You are in another room now: its lines so far. */
export interface ChatCleared {
  type: "ChatCleared";
  chat: readonly Said[];
}

/** Someone's connection is lost (`on`), or back. */
export interface Reconnecting {
  type: "Reconnecting";
  person: ParticipantId;
  on: boolean;
}

/** To hosts: the planner is at work, or done for now. */
export interface Planning {
  type: "Planning";
  on: boolean;
  distinct: number;
  bound: number;
}

/** The one offer of a connection. `slots` as in `Slots`. */
export interface CallOffer {
  type: "CallOffer";
  sdp: string;
  ice_servers: readonly IceServer[];
  slots: Readonly<Record<number, ParticipantId>>;
  cutover: number;
}

/** A server that carries a connection which cannot be made straight. */
export interface IceServer {
  urls: readonly string[];
  username: string;
  credential: string;
}

/**
 * Who is in which of your slots since this switch; pictures from before this may show somebody else.
 *
 * `wall_ms`: the server's clock when it began, in ms since 1970.
 */
export interface Slots {
  type: "Slots";
  cutover: number;
  slots: Readonly<Record<number, ParticipantId>>;
  wall_ms: number;
}

/** This server has no sound and picture; everything else works. */
export interface NoCall {
  type: "NoCall";
}

/** Your connection for sound and picture is gone: ask for another one. */
export interface CallLost {
  type: "CallLost";
}

/** Another window of yours is connected for sound and picture now; this one is not any more. */
export interface CallTaken {
  type: "CallTaken";
}

/** Someone whom you receive has begun to speak, or stopped. Hosts are told of everybody. */
export interface Speaking {
  type: "Speaking";
  person: ParticipantId;
  on: boolean;
}

/** Your connection does not carry the pictures in these slots for now, only voices. None: all are back. */
export interface WeakLine {
  type: "WeakLine";
  slots: readonly number[];
}

/** To hosts: how many have told how long the last switch took, and the 50th and 95th percentile. */
export interface Gaps {
  type: "Gaps";
  people: number;
  p50_ms: number;
  p95_ms: number;
}

/** The server is going away for a moment: come back after this many ms. */
export interface Reconnect {
  type: "Reconnect";
  after_ms: number;
}

export type View = GuestView | HostView;

/** The numbers are over everyone who came in at some time. */
export interface Report {
  event: string;
  title: string;
  started_at: number | null; // of the first round
  ended_at: number | null; // of the last round
  listed: number;
  came: number;
  stayed: number; // were here, or briefly away, at the end
  rounds: readonly RoundReport[];
  people: readonly PersonReport[];
  pairs: number; // who met at least once
  repeats: number; // meetings beyond the first of each pair
  met_mean: number;
  met_least: number;
  met_most: number;
  bound_mean: number; // no plan for those who were there could have more
  contacts: number; // pairs who both offered theirs
}

/** One round as it was. Times are ms of event time. */
export interface RoundReport {
  number: RoundNumber;
  topic: string;
  started_at: number;
  ended_at: number;
  talked_ms: number; // pauses left out
  rooms: readonly (readonly ParticipantId[])[]; // when it ended
  resting: readonly ParticipantId[];
  met: readonly Pair[];
  new: number; // pairs who met for the first time
  met_after: number; // people met per person so far, on average
}

export type Pair = readonly [string, string];

/** One person, as the wrap-up shows it to them. */
export interface PersonReport {
  id: ParticipantId;
  name: string;
  role: string;
  presence: Presence;
  joined_at: number | null;
  rounds: number; // rounds in which they met somebody
  rests: number; // rounds on the bench without having asked for it
  met: readonly ParticipantId[];
}

export interface Links {
  organiser: string;
  host: string;
  guest: string;
}

/** `code` opens the join page when typed on the home page. */
export interface Created {
  event: string;
  code: string;
  links: Links;
}

/** An event that this browser holds a cookie for. */
export interface ListedEvent {
  event: string;
  title: string;
  starts_at: number | null;
  zone: string;
  phase: Phase;
  roles: readonly LinkRole[];
  guests: number;
  rounds: number;
}

export type LinkRole = "organiser" | "facilitator" | "participant";

/** What anyone who knows the event's address may see. `you`: whom this browser's guest cookie names. */
export interface PublicEvent {
  event: string;
  title: string;
  zone: string;
  starts_at: number | null;
  phase: Phase;
  hosts: readonly string[];
  roles: readonly LinkRole[];
  you: ParticipantId | null;
  retention_days: number;
}

/** `to`: the page to go on to, a path on this server. */
export interface Exchanged {
  event: string;
  role: LinkRole;
  to: string;
}

export interface Joined {
  participant: ParticipantId;
}

/** Good for one `Hello` within 60 s. */
export interface TicketGiven {
  ticket: string;
}

/** `qr` is SVG text. */
export interface Link {
  id: string;
  url: string;
  qr: string;
}

/**
 * Its secret is not kept, so a link can be revoked but not shown again.
 *
 * `code`: the event code that stands for it, if one does. `yours`: whoever asks came by this one.
 */
export interface ListedLink {
  id: string;
  role: LinkRole;
  participant: ParticipantId | null;
  made_at: number;
  code: string;
  yours: boolean;
}

/** `row` counts the lines of the table from 1, a header included. `merges`: rows of the same person. */
export interface ImportedPerson {
  name: string;
  email: string;
  role: string;
  headline: string;
  row: number;
  merges: readonly number[];
}

/** A row that needs a look. `row` 0 is the file as a whole. `fatal`: nothing was read. */
export interface RowProblem {
  row: number;
  code: string;
  sentence: string;
  fix: string;
  fatal: boolean;
}

/**
 * What a list would become; nothing has been created.
 *
 * `columns` is what each column was taken for; `questions` are guesses to confirm;
 * `sample` holds the first rows as read.
 */
export interface Imported {
  people: readonly ImportedPerson[];
  problems: readonly RowProblem[];
  questions: readonly RowProblem[];
  encoding: Encoding | null;
  separator: Separator;
  header: boolean;
  columns: readonly Column[];
  sample: readonly (readonly string[])[];
}

export type Encoding = "utf-8" | "utf-16-le" | "utf-16-be" | "windows-1252";

export type Separator = "," | ";" | "\t" | "|" | "";

export type Column = "name" | "first" | "last" | "email" | "role" | "headline" | "other";

/** With this room size, or this many rounds: new people per person on average, and forced repeats. */
export interface WhatIfLine {
  value: number;
  mean: number;
  repeats: number;
}

/** `people`: for how many this was worked out. Empty lists when nothing can be planned. */
export interface WhatIf {
  people: number;
  sizes: readonly WhatIfLine[];
  rounds: readonly WhatIfLine[];
}

/** Rooms in order, names in them by participant id. A held round is told as it was, not as planned. */
export interface PlannedRound {
  number: RoundNumber;
  state: Happened;
  minutes: number;
  topic: string;
  question: string;
  rooms: readonly (readonly ParticipantId[])[];
  resting: readonly ParticipantId[];
}

export type Happened = "held" | "now" | "planned";

export interface PlannedPerson {
  id: ParticipantId;
  name: string;
  email: string;
  role: string;
}

/** `plan.json`. `version` grows when a field changes its meaning. */
export interface PlanFile {
  version: number;
  event: string;
  title: string;
  people: readonly PlannedPerson[];
  rounds: readonly PlannedRound[];
  distinct: number;
  bound: number;
  bound_name: string;
  optimal: boolean;
}

/** RFC 9457 problem details; `code` is stable, `detail` is for people and says what to do. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
}

export interface Health {
  status: "ok" | "busy";
}

export type FromBrowser = Hello | Do | Say | Ping | Resync | Call | CallAnswer | Gap;

/** First message, within 10 s. `epoch` and `seq` of the last change seen resume; 0 and 0 ask for all. */
export interface Hello {
  type: "Hello";
  version: number;
  ticket: string;
  event: string;
  epoch?: number;
  seq?: number;
}

/** A command under an id made by the browser (UUID). The same id gets the original answer again. */
export interface Do {
  type: "Do";
  cid: string;
  command: AnyCommand;
}

export type AnyCommand =
  | CreateEvent
  | EditEvent
  | SetRounds
  | AddPeople
  | EditPerson
  | RemovePerson
  | KeepApart
  | MixAgain
  | OpenEvent
  | CallBack
  | StartRound
  | CancelMove
  | Pause
  | Resume
  | Extend
  | Shorten
  | EndRound
  | SkipRound
  | AddRound
  | SetTopic
  | MovePerson
  | LetWait
  | SendMessage
  | TakeHelp
  | CloseHelp
  | VisitRoom
  | SpeakToAll
  | MuteGuest
  | CloseEvent
  | Join
  | SeatMe
  | WaitForNext
  | SitOut
  | AskHelp
  | UnmuteMe
  | OfferContact
  | Leave
  | HostCame
  | HostWent
  | MarkAway
  | MarkReturned
  | MarkGone
  | Wake
  | OfferPlan;

/** Make an event: over HTTP. Times are ms since 1970; `rate` is how fast its clock runs. */
export interface CreateEvent {
  type: "CreateEvent";
  event: string;
  title: string;
  zone?: string;
  starts_at?: number | null;
  rounds?: readonly Constellation[];
  manual?: boolean;
  rate?: number;
  seed?: number;
}

/** The pattern of one round. `rooms` > 0 asks for that many rooms and overrides `size`. */
export interface Constellation {
  minutes?: number;
  size?: number;
  rooms?: number;
  topic?: string;
  question?: string;
  skipped?: boolean;
}

/** `manual`: the host starts every round; else only the first. */
export interface EditEvent {
  type: "EditEvent";
  title: string;
  zone: string;
  starts_at: number | null;
  manual: boolean;
}

/** Replace every round that has not been announced yet. */
export interface SetRounds {
  type: "SetRounds";
  rounds: readonly Constellation[];
}

/** Put people on the list. Ids are made by the sender; none may be there already. */
export interface AddPeople {
  type: "AddPeople";
  people: readonly Newcomer[];
}

/** A person as written on a list or typed at the door. */
export interface Newcomer {
  id: ParticipantId;
  name: string;
  email?: string;
  role?: string;
  headline?: string;
}

/** Replace what the list says of someone. */
export interface EditPerson {
  type: "EditPerson";
  person: Newcomer;
}

/** Take someone off the list, or, once the doors are open, out of the event for good. */
export interface RemovePerson {
  type: "RemovePerson";
  person: ParticipantId;
}

/** Replace the list of pairs who shall never share a room. */
export interface KeepApart {
  type: "KeepApart";
  pairs: readonly Pair[];
}

/** Ask for another, equally good plan. */
export interface MixAgain {
  type: "MixAgain";
  seed: number;
}

/** Let guests in. */
export interface OpenEvent {
  type: "OpenEvent";
}

/** Bring everyone to the plenary; a running round ends. */
export interface CallBack {
  type: "CallBack";
  expects?: RoundNumber | null;
}

/** Announce round `expects`; it starts 10 s later, or in 0.5 s with `now`. */
export interface StartRound {
  type: "StartRound";
  expects: RoundNumber;
  now?: boolean;
}

/** Take back an announced round that has not started. */
export interface CancelMove {
  type: "CancelMove";
  expects: RoundNumber;
}

/** Stop the clock of the announced or running round. */
export interface Pause {
  type: "Pause";
  expects: RoundNumber;
}

/** Go on from where it was paused. */
export interface Resume {
  type: "Resume";
  expects: RoundNumber;
}

/** More time: 1 to 3,600 seconds. A round in grace goes on. */
export interface Extend {
  type: "Extend";
  expects: RoundNumber;
  seconds?: number;
}

/** Less time. At least 10 s remain. */
export interface Shorten {
  type: "Shorten";
  expects: RoundNumber;
  seconds?: number;
}

/** End the round after 15 s of grace. */
export interface EndRound {
  type: "EndRound";
  expects: RoundNumber;
}

/** Leave out a round that has not been announced; `skipped=False` takes it back in. */
export interface SkipRound {
  type: "SkipRound";
  number: RoundNumber;
  skipped?: boolean;
}

/** One more round at the end. */
export interface AddRound {
  type: "AddRound";
  round: Constellation;
}

/** What a round is about, until it is over. */
export interface SetTopic {
  type: "SetTopic";
  number: RoundNumber;
  topic: string;
  question?: string;
}

/** Seat someone in a room of the announced or running round, or (room None) in the lobby. */
export interface MovePerson {
  type: "MovePerson";
  expects: RoundNumber;
  person: ParticipantId;
  room: RoomNumber | null;
}

/** A latecomer shall wait for the next round. */
export interface LetWait {
  type: "LetWait";
  person: ParticipantId;
}

/** To every room and the lobby. `id` is made by the sender. */
export interface SendMessage {
  type: "SendMessage";
  id: string;
  text: string;
}

/** Say that I am on the way to a room that asked for help. */
export interface TakeHelp {
  type: "TakeHelp";
  room: RoomNumber;
}

/** Done; the room itself may also say so. */
export interface CloseHelp {
  type: "CloseHelp";
  room: RoomNumber;
}

/** Announced to the room; None leaves. */
export interface VisitRoom {
  type: "VisitRoom";
  room: RoomNumber | null;
}

/** Be seen and heard by everyone, until a round starts; another host who speaks takes over. */
export interface SpeakToAll {
  type: "SpeakToAll";
  on?: boolean;
}

/** Turn off someone's microphone ("audio") or camera ("video"). Only they can turn it on again. */
export interface MuteGuest {
  type: "MuteGuest";
  person: ParticipantId;
  medium?: Medium;
}

/** End the event for good; a running round ends with it. */
export interface CloseEvent {
  type: "CloseEvent";
}

/** Given when a participant comes in by a link: someone new, or someone on the list. */
export interface Join {
  type: "Join";
  person: Newcomer;
}

/** A latecomer wants in now. */
export interface SeatMe {
  type: "SeatMe";
}

/** A latecomer would rather wait. */
export interface WaitForNext {
  type: "WaitForNext";
}

/** Rest in the announced round (or the next one); `on=False` takes it back. */
export interface SitOut {
  type: "SitOut";
  on?: boolean;
}

/** Ask a host to come to my room. */
export interface AskHelp {
  type: "AskHelp";
}

/** Turn on what a host has turned off. */
export interface UnmuteMe {
  type: "UnmuteMe";
  medium?: Medium;
}

/** Show my e-mail address to someone I met, if they offer theirs too. */
export interface OfferContact {
  type: "OfferContact";
  to: ParticipantId;
  on?: boolean;
}

/** Go, and give up my seat. */
export interface Leave {
  type: "Leave";
}

/** A host has connected, or says another name. */
export interface HostCame {
  type: "HostCame";
  id: string;
  name: string;
}

/** Their sockets have been lost for 20 s. */
export interface HostWent {
  type: "HostWent";
  id: string;
}

/** Their socket has been lost for 20 s. */
export interface MarkAway {
  type: "MarkAway";
  person: ParticipantId;
}

/** Their socket is back. */
export interface MarkReturned {
  type: "MarkReturned";
  person: ParticipantId;
}

/** Their socket has been lost for 120 s. */
export interface MarkGone {
  type: "MarkGone";
  person: ParticipantId;
}

/** A time asked for by `WakeAt` has come. */
export interface Wake {
  type: "Wake";
}

/** Seatings for every round to come, made for the problem whose digest is `based_on`. */
export interface OfferPlan {
  type: "OfferPlan";
  plan: Plan;
  based_on: string;
}

/** The whole schedule, one seating per round. */
export interface Plan {
  seatings: readonly Seating[];
}

/** One round: the groups, in the order of that round's room sizes, and who rests. */
export interface Seating {
  groups: readonly Group[];
  resting?: readonly PersonId[];
}

export type Group = readonly string[];

export type PersonId = string;

/** A line of chat to where I am. A signal: never logged, gone with the room. */
export interface Say {
  type: "Say";
  text: string;
}

/** `sent` comes back unchanged. `skew_ms`: what this browser measured last, for the metrics. */
export interface Ping {
  type: "Ping";
  sent: number;
  skew_ms?: number | null;
}

/** My view's digest does not match: send everything again. */
export interface Resync {
  type: "Resync";
  why?: string;
}

/** Connect me for sound and picture. A connection that I have is given up for the new one. */
export interface Call {
  type: "Call";
}

/** My browser's answer to a `CallOffer`. Its first media section is enough: they are all alike. */
export interface CallAnswer {
  type: "CallAnswer";
  sdp: string;
}

/** I saw the first picture of somebody new `ms` after that switch. Counted, and under nobody's name. */
export interface Gap {
  type: "Gap";
  cutover: number;
  ms: number;
}

/** `rate` other than 1 is for rehearsals. `guests`: roughly how many will come; too many are refused. */
export interface CreateBody {
  title: string;
  zone?: string;
  starts_at?: number | null;
  rounds?: readonly Constellation[];
  manual?: boolean;
  guests?: number;
  rate?: number;
}

export interface ExchangeBody {
  token: string;
}

export interface CodeBody {
  code: string;
}

/** `extra_seat`: another person on this device, besides the one whom the cookie names. */
export interface JoinBody {
  name: string;
  headline?: string;
  email?: string;
  role?: string;
  extra_seat?: boolean;
}

/**
 * `participant`: which of the people on this device; needed only when there are several.
 *
 * `name`: what a host is called on screen; without one, nobody is told that they are here.
 */
export interface TicketBody {
  role: LinkRole;
  participant?: ParticipantId | null;
  name?: string;
}

/**
 * A command as over the WebSocket, where long ones do not fit. A `cid` has 1 to 64 characters.
 *
 * The same `cid` gets the original answer again. `participant`: which of the people on this device.
 */
export interface CommandBody {
  role: LinkRole;
  cid: string;
  command: AnyCommand;
  participant?: ParticipantId | null;
}

/** `participant` makes the link personal. */
export interface LinkBody {
  role: LinkRole;
  participant?: ParticipantId | null;
}
