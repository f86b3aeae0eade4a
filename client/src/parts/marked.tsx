import { marked, type TextKey, type Values } from "../texts.ts";

/** A text whose *marked* part looks different: `<Marked text="home.sky_new" values={{ n: 15 }} class="stat-value" />`. */
export function Marked({ text, values, class: looks }: { text: TextKey; values?: Values; class: string }) {
  return <>{marked(text, values).map((each) => each.marked ? <span class={looks}>{each.text}</span> : each.text)}</>;
}
