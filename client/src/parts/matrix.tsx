import { t } from "../texts.ts";
import { roundColour } from "./round.tsx";

export interface MatrixCell {
  /** The round of the first meeting. */
  round?: number;
  /** Still to come: pale. */
  later?: boolean;
  /** They meet more than once. */
  twice?: boolean;
  apart?: boolean;
}

/** Who meets whom: a row and a column for everyone. Up to about 60 people; its twin is the view of one person. */
export function Matrix({ people, cell }: {
  people: readonly { id: string; name: string; short: string }[];
  cell: (a: string, b: string) => MatrixCell;
}) {
  return (
    <div class="table-scroll" tabIndex={0} role="region" aria-label={t("parts.matrix")}>
      <table class="matrix">
        <thead>
          <tr>
            <td class="self" />
            {people.map(({ id, name, short }) => <th key={id} scope="col" title={name}><span>{short}</span></th>)}
          </tr>
        </thead>
        <tbody>
          {people.map((row) => (
            <tr key={row.id}>
              <th scope="row" title={row.name}>{row.short}</th>
              {people.map(({ id }) => <Cell key={id} self={id === row.id} {...cell(row.id, id)} />)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ self, round, later, twice, apart }: MatrixCell & { self: boolean }) {
  const looks = [self && "self", later && "later", twice && "twice", apart && "apart"].filter(Boolean).join(" ");
  return <td class={looks || undefined} data-round={self ? undefined : round && roundColour(round)}>{self ? "" : round}</td>;
}

/** What the colours and patterns of the matrix mean. */
export function MatrixLegend({ rounds, apart = false }: { rounds: number; apart?: boolean }) {
  return (
    <ul class="legend">
      {Array.from({ length: rounds }, (_, i) => (
        <li key={i} data-round={roundColour(i + 1)}><i class="swatch" />{t("parts.round", { r: i + 1 })}</li>
      ))}
      <li><i class="swatch swatch-none" />{t("parts.never")}</li>
      {apart && <li><i class="swatch swatch-apart" />{t("parts.apart")}</li>}
    </ul>
  );
}
