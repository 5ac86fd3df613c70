"""Pages."""

from tests.agent.knowledge.reading.shown import facts, headed


def test_text_in_boxes_of_any_kind() -> None:
    page = """<body><section><div><span>We are open from 8 to 18.</span></div>
      <div>You find us at <b>5 Main Street</b>.<div>Parking is free of charge.</div>Bring your card with you.</div>
      </section><main><article>Nobody needs an appointment.</article></main></body>"""
    assert facts("a.html", page) == [
        "We are open from 8 to 18.",
        "You find us at 5 Main Street.",
        "Parking is free of charge.",
        "Bring your card with you.",
        "Nobody needs an appointment.",
    ]


def test_boxes_beside_each_other_are_a_row() -> None:
    assert facts(
        "a.html",
        """<div><div class=row><div>Cleaning</div><div>89 €</div></div>
           <div class=row><div>Whitening</div><div>350 €</div></div></div>
           <div class=card><h3>Crown</h3><p>45 minutes</p><span>620 €</span></div>
           <div class=grid><div>Filling</div><div>80 €</div><div>Implant</div><div>1900 €</div></div>
           <p class=line><span>Bridge</span><span>700 €</span></p>""",
    ) == [
        "Cleaning: 89 €",
        "Whitening: 350 €",
        "Crown: 45 minutes, 620 €",
        "Filling: 80 €",
        "Implant: 1900 €",
        "Bridge 700 €",
    ]


def test_what_is_not_for_reading() -> None:
    page = """<html><head><title>T</title><style>p {}</style></head><body class="cookie-page">
      <div id="cookie-banner"><p>We use cookies.</p><button>Accept</button></div>
      <header><nav><p>Home</p></nav><ul><li><a>Our team</a></ul><div role=navigation>Start page of us</div></header>
      <h1>Prices</h1><script>x()</script><ul><li>A pot of tea is <b>two</b> euros.</ul><!-- secret -->
      <form><select><option>Choose one of these</option></select><button>Send</button></form>
      <footer><p>Our telephone is 030 123456.</p></footer></body></html>"""
    assert headed("a.html", page) == [
        ("Prices", "A pot of tea is two euros."),
        ("", "Our telephone is 030 123456."),
    ]


def test_tables_with_merged_headings() -> None:
    page = """<table><caption>Rooms</caption><thead><tr><th rowspan=2>Room<th colspan=2>Price (€)</tr>
      <tr><th>Weekday<th>Weekend</tr></thead>
      <tr><td>Double<td>90<td>120<tr><td>Single<td>60<td>–</table>"""
    assert headed("a.html", page) == [
        ("Rooms", "Double: Price Weekday 90 €, Price Weekend 120 €"),
        ("Rooms", "Single: Price Weekday 60 €"),
    ]


def test_a_table_without_headings_under_one() -> None:
    page = "<h2>Opening hours</h2><table><tr><td>Monday<td>9–17<tr><td>Tuesday<td>10–18</table>"
    assert facts("a.html", page) == ["Opening hours, Monday: 9–17", "Opening hours, Tuesday: 10–18"]


def test_a_table_that_only_places_what_is_in_it() -> None:
    page = """<table><tr><td><h2>Parking</h2><p>It is free for two hours.</p></td>
      <td><table><tr><th>Tea<th>Price<tr><td>Green<td>2 €</table></td></tr></table>"""
    assert facts("a.html", page) == ["Parking: It is free for two hours.", "Green costs 2 €"]


def test_spans_without_end() -> None:
    page = "<table><tr><td colspan=99999999 rowspan=99999999>Tea<td>2 €</table>"
    assert any("2 €" in fact for fact in facts("a.html", page))


def test_definitions_small_print_and_addresses() -> None:
    page = """<dl><dt>Delivery</dt><dd>two working days</dd><div><dt>Returns</dt><dd>within 30 days</dd></div></dl>
      <p>Rooms of 20 m<sup>2</sup> are on the 1<sup>st</sup> floor<sup>*</sup>.</p>
      <p>The warranty is two years<sup><a href="#n1" id="r1">1</a></sup>.</p>
      <p>Write to <a href="mailto:a@b.example?subject=x">us</a> or call <a href="tel:+4930123">+49 30 123</a>.</p>
      <ol><li id="n1">Except batteries. <a href="#r1">↩</a></li></ol>"""
    assert facts("a.html", page) == [
        "Delivery: two working days",
        "Returns: within 30 days",
        "Rooms of 20 m² are on the 1st floor.",
        "The warranty is two years. Except batteries.",
        "Write to us (a@b.example) or call +49 30 123.",
    ]


def test_broken_lines_are_heard() -> None:
    page = "<p>Monday: 9–18<br>Saturday: 10–14<br>Sunday is<br>closed.</p>"
    assert facts("a.html", page) == ["Monday: 9–18, Saturday: 10–14, Sunday is closed."]


def test_the_encoding_that_a_page_names() -> None:
    page = "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'><p>Für 5 € gibt es Tee.</p>"
    assert facts("a.html", page.encode("cp1252")) == ["Für 5 € gibt es Tee."]


def test_a_page_may_be_nested_as_builders_nest() -> None:
    import sys

    depth = sys.getrecursionlimit() // 20
    assert facts("a.html", "<div>" * depth + "Tea is two euros." + "</div>" * depth) == ["Tea is two euros."]
