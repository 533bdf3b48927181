"""Counts words: typed, and as a program that counts the words of the files that its arguments name."""
import json
import sys
from collections import Counter
from typing import List, Optional

from componentize_py_types import Err
import wit_world
from wit_world import exports
from wit_world.exports.words import Count, Summary


def summarise(text: str, most: int) -> Summary:
    if most == 0:
        raise Err("most is 0")
    found = text.split()
    counts = Counter(word.lower() for word in found)
    by_times = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    top = [Count(word=word, times=times) for word, times in by_times[:most]]
    return Summary(lines=len(text.splitlines()), words=len(found), top=top)


class Words(exports.Words):
    def summarise(self, text: str, most: int) -> Summary:
        return summarise(text, most)

    def join(self, parts: List[str], between: Optional[str]) -> str:
        return (between or "").join(parts)


class Run(exports.Run):
    def run(self) -> None:
        failed = False
        for path in sys.argv[1:]:
            try:
                with open(path, encoding="utf-8") as file:
                    summary = summarise(file.read(), 3)
            except OSError as error:
                print(f"words: {path}: {error.strerror}", file=sys.stderr)
                failed = True
                continue
            top = [{"word": count.word, "times": count.times} for count in summary.top]
            print(json.dumps({"path": path, "lines": summary.lines, "words": summary.words, "top": top}, ensure_ascii=False))
        if failed:
            raise Err(None)
