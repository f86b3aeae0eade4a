import { useState } from "preact/hooks";
import { t } from "../texts.ts";
import { setTheme, theme, type Theme } from "../theme.ts";
import { Icon } from "./icon.tsx";
import { Segmented } from "./segmented.tsx";

/** The settings button with its panel: the theme. */
export function Settings() {
  const [chosen, choose] = useState<Theme>(theme);
  const options = [
    { value: "system", label: t("page.theme_system") },
    { value: "light", label: t("page.theme_light") },
    { value: "dark", label: t("page.theme_dark") },
  ] as const;
  const change = (value: Theme): void => {
    setTheme(value);
    choose(value);
  };
  return (
    <>
      <button class="btn btn-quiet btn-icon" type="button" popovertarget="settings" aria-label={t("page.settings")}>
        <Icon name="settings" />
      </button>
      <div id="settings" class="menu settings" popover="auto">
        <Segmented legend={t("page.theme")} name="theme" options={options} value={chosen} onChange={change} small />
      </div>
    </>
  );
}
