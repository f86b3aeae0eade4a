import { useEffect, useRef, useState } from "preact/hooks";
import { t } from "../texts.ts";
import { Icon } from "./icon.tsx";

export interface ChatLine {
  name: string;
  /** "16:24" */
  time: string;
  text: string;
  own: boolean;
}

/** The chat of one room. `onSay` says whether the line went out; one that did not stays in the field. */
export function Chat({ lines, onSay, onClose }: {
  lines: readonly ChatLine[];
  onSay: (text: string) => boolean;
  onClose: () => void;
}) {
  const [text, setText] = useState("");
  const [unsent, setUnsent] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const log = useRef<HTMLDivElement>(null);
  useEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => log.current?.scrollTo({ top: log.current.scrollHeight }), [lines.length]);
  const send = (event: Event): void => {
    event.preventDefault();
    const line = text.trim();
    if (!line) return;
    const sent = onSay(line);
    setUnsent(!sent);
    if (sent) setText("");
  };
  return (
    <section
      class="chat-panel"
      aria-labelledby="chat-title"
      onKeyDown={(event) => event.key === "Escape" && onClose()}
    >
      <div class="row between chat-head">
        <h2 id="chat-title">{t("room.chat")}</h2>
        <span class="muted small">{t("room.chat_scope")}</span>
        <button class="btn btn-icon btn-quiet btn-s" type="button" aria-label={t("room.chat_close")} onClick={onClose}>
          <Icon name="close" />
        </button>
      </div>
      <div ref={log} class="chat-log" role="log" aria-label={t("room.chat_log")} tabIndex={0}>
        {lines.map((line, i) => <Line key={i} {...line} />)}
        <div class="msg msg-system"><p>{t("room.chat_gone")}</p></div>
      </div>
      <form class="chat-form" onSubmit={send}>
        <label class="visually-hidden" for="say">{t("room.chat_say")}</label>
        <input
          ref={field}
          class="input"
          id="say"
          placeholder={t("room.chat_say")}
          autocomplete="off"
          maxLength={1000}
          value={text}
          aria-describedby={unsent ? "say-unsent" : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button class="btn btn-primary btn-icon" type="submit" aria-label={t("room.chat_send")}><Icon name="send" /></button>
      </form>
      {unsent && <p class="error" id="say-unsent" role="alert">{t("room.chat_offline")}</p>}
    </section>
  );
}

function Line({ name, time, text, own }: ChatLine) {
  return (
    <div class={`msg${own ? " msg-me" : ""}`}>
      <p class="msg-who">{own ? t("parts.you") : name} <time class={own ? undefined : "muted"}>{time}</time></p>
      <p>{text}</p>
    </div>
  );
}
