import { Header, SkipLink } from "../parts/page.tsx";

export function Plan({ event }: { event: string }) {
  return (
    <>
      <SkipLink />
      <Header />
      <main id="main" class="wrap"><h1>{event}</h1></main>
    </>
  );
}
