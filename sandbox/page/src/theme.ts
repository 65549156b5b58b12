// Light and dark: the system's choice until someone picks one here.

import { useEffect, useState } from "preact/hooks";

export type Theme = "light" | "dark";

const system = matchMedia("(prefers-color-scheme: dark)");
const systemTheme = (): Theme => (system.matches ? "dark" : "light");

export function useTheme(): [Theme, () => void] {
  const [chosen, setChosen] = useState(localStorage.getItem("theme") as Theme | null);
  const [preferred, setPreferred] = useState(systemTheme);
  useEffect(() => {
    const follow = () => setPreferred(systemTheme());
    system.addEventListener("change", follow);
    return () => system.removeEventListener("change", follow);
  }, []);
  const theme = chosen ?? preferred;
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const toggle = () => {
    const next = theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", next);
    setChosen(next);
  };
  return [theme, toggle];
}
