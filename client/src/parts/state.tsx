import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Art } from "./art.tsx";

/** A picture, what happened, what it means, and one thing to do (plus, rarely, a quiet second). */
export function StateCard({ art, title, text, badge, actions, level = 1 }: {
  art: Art;
  title: string;
  text: string;
  badge?: ComponentChildren;
  actions?: ComponentChildren;
  level?: 1 | 2;
}) {
  const Heading: "h1" | "h2" = `h${level}`;
  return (
    <section class="card" aria-label={title}>
      <div class="state">
        <Picture art={art} />
        <Heading>{title}</Heading>
        <p class="muted">{text}</p>
        {badge && <p class="badge badge-lamp">{badge}</p>}
        {actions && <div class="actions">{actions}</div>}
      </div>
    </section>
  );
}

/** May come late, or not at all: it says nothing that the words do not. */
function Picture({ art }: { art: Art }) {
  const [drawn, draw] = useState<ComponentChildren>(null);
  useEffect(() => void import("./art.tsx").then(({ pictures }) => draw(pictures[art]()), () => {}), [art]);
  return <svg class="art" viewBox="0 0 144 104" aria-hidden="true">{drawn}</svg>;
}
