"""Decides how each article of the sample is drawn: a shape per kind of goods, a hue, the brand's name.

``python -m demo.run.draw`` writes the pictures again into templates/static/goods, one folder a
chapter of the tariff; they are ours and lie in the tree.
"""

from pathlib import Path
from xml.sax.saxutils import escape

from demo.run.goods import GOODS, Goods

FOLDER = Path("templates/static/goods")
LABEL_PX, WIDEST_EM_HUNDREDTHS = 140, 68
"""What a brand's name may take on its label; how wide a letter is in the widest serif face."""

_SHAPES: dict[str, str] = {
    "jar": """<rect x="290" y="120" width="140" height="44" rx="10" class="d"/>
<path d="M276 164h168q30 20 30 60v160q0 36-36 36H282q-36 0-36-36V224q0-40 30-60z" class="b"/>
<path d="M262 190q-8 16-8 34v150q0 20 14 26z" class="l"/>{label}""",
    "tin": """<path d="M250 150h220v250q0 24-110 24T250 400z" class="b"/>
<ellipse cx="360" cy="150" rx="110" ry="24" class="d"/>
<ellipse cx="360" cy="146" rx="96" ry="17" class="l"/>
<path d="M264 170v226q14 12 30 15V178z" class="l"/>{label}""",
    "bag": """<path d="M262 130h196l14 40-8 230q0 20-20 20H276q-20 0-20-20l-8-230z" class="b"/>
<path d="M262 130h196l14 40H248z" class="d"/>
<path d="M268 182l6 220h18l-6-220z" class="l"/>
<path d="M248 170h224" class="s"/>{label}""",
    "carton": """<path d="M250 160l110-36 110 36v240l-110 26-110-26z" class="b"/>
<path d="M360 196v230l110-26V160z" class="d"/>
<path d="M250 160l110 36 110-36-110-36z" class="l"/>{label}""",
    "box": """<path d="M200 210h320v170q0 16-16 16H216q-16 0-16-16z" class="b"/>
<path d="M190 170h340v48H190z" class="d"/>
<path d="M344 170h32v226h-32z" class="a"/>
<path d="M360 170q-60-70-80-30t80 30q60-70 80-30t-80 30z" class="a"/>{label}""",
    "bottle": """<rect x="334" y="84" width="52" height="50" rx="8" class="d"/>
<path d="M340 134h40v40q60 24 60 80v146q0 24-24 24H304q-24 0-24-24V254q0-56 60-80z" class="b"/>
<path d="M300 250q2-34 26-52v204h-14q-12 0-12-14z" class="l"/>{label}""",
    "wine": """<rect x="338" y="70" width="44" height="60" rx="6" class="a"/>
<path d="M342 130h36v60q46 26 46 76v140q0 18-18 18h-92q-18 0-18-18V266q0-50 46-76z" class="b"/>
<path d="M310 262q4-30 24-48v192h-10q-14 0-14-14z" class="l"/>{label}""",
    "pills": """<rect x="286" y="112" width="148" height="62" rx="12" class="l"/>
<path d="M304 126v36m22-36v36m22-36v36m22-36v36m22-36v36" class="s"/>
<rect x="272" y="174" width="176" height="250" rx="34" class="b"/>
<path d="M288 208q0-20 20-20v212q-20 0-20-20z" class="l"/>{label}
<g class="a"><rect x="470" y="392" width="64" height="30" rx="15"/>
<rect x="494" y="356" width="64" height="30" rx="15" transform="rotate(-24 526 371)"/></g>""",
    "tube": """<path d="M290 96h140l-14 264H304z" class="b"/><path d="M286 84h148v20H286z" class="d"/>
<rect x="312" y="360" width="96" height="62" rx="10" class="a"/>
<path d="M306 112h20l8 240h-16z" class="l"/>{label}""",
    "lipstick": """<path d="M326 210v-70q0-30 48-52 20-6 20 18v104z" class="a"/>
<rect x="318" y="210" width="84" height="60" class="l"/>
<rect x="302" y="266" width="116" height="158" rx="8" class="b"/>
<path d="M318 280h16v132h-16z" class="l"/>{label}""",
    "perfume": """<rect x="330" y="92" width="60" height="56" rx="6" class="d"/>
<rect x="344" y="148" width="32" height="30" class="a"/>
<rect x="246" y="178" width="228" height="246" rx="30" class="b"/>
<rect x="272" y="204" width="176" height="194" rx="16" class="l"/>{label}""",
    "soap": """<g class="b"><rect x="204" y="300" width="200" height="116" rx="34"/>
<rect x="316" y="300" width="200" height="116" rx="34" class="d"/></g>
<rect x="258" y="180" width="204" height="118" rx="34" class="l"/>
<g class="l"><circle cx="214" cy="220" r="20"/><circle cx="188" cy="262" r="12"/>
<circle cx="510" cy="232" r="16"/></g>{label}""",
    "bag2": """<path d="M286 210v-40q0-66 74-66t74 66v40" class="s"/>
<path d="M232 206h256l26 190q2 28-26 28H232q-28 0-26-28z" class="b"/>
<path d="M232 206h256l8 58H224z" class="d"/>
<rect x="342" y="246" width="36" height="42" rx="8" class="a"/>{label}""",
    "scarf": """<path d="M216 180q144-80 288 0l-18 64q-126-60-252 0z" class="b"/>
<path d="M300 214l60-14-10 200H270z" class="d"/><path d="M372 204l62 12 40 180h-78z" class="b"/>
<path d="M272 400v26m20-26v26m20-26v26m20-26v26m68-30l4 26m22-26l4 26m22-26l4 26" class="s"/>
<path d="M240 196q120-56 240 0" class="t"/>{label}""",
    "cup": """<path d="M240 176h204v150q0 98-102 98T240 326z" class="b"/>
<path d="M444 210q84-6 84 66t-96 74l8-34q50-2 50-42t-46-32z" class="d"/>
<ellipse cx="342" cy="176" rx="102" ry="22" class="l"/>
<ellipse cx="342" cy="178" rx="84" ry="15" class="a"/>
<path d="M300 120q-18-22 0-44m42 44q-18-22 0-44m42 44q-18-22 0-44" class="t"/>{label}""",
    "pan": """<rect x="338" y="122" width="44" height="26" rx="12" class="a"/>
<path d="M220 186q0-40 140-40t140 40z" class="d"/>
<path d="M204 190h312v20h-14v170q0 44-44 44H262q-44 0-44-44V210h-14z" class="b"/>
<path d="M170 226h48v34h-48zm332 0h48v34h-48z" class="d"/>
<path d="M236 218h20v180q-20-8-20-30z" class="l"/>{label}""",
    "knife": """<path d="M180 300q150-130 250-116l20 92q-110 40-270 24z" class="l"/>
<path d="M180 300q110-30 262-60l8 36q-110 40-270 24z" class="b"/>
<path d="M428 186l104-26q24-4 28 20t-18 32l-92 24z" class="d"/>
<g class="w"><circle cx="474" cy="206" r="7"/><circle cx="520" cy="194" r="7"/></g>
<rect x="222" y="352" width="276" height="64" rx="10" class="a"/>""",
    "device": """<rect x="296" y="92" width="128" height="332" rx="56" class="b"/>
<circle cx="360" cy="166" r="40" class="l"/><circle cx="360" cy="166" r="22" class="d"/>
<rect x="330" y="350" width="60" height="12" rx="6" class="a"/>
<rect x="330" y="374" width="60" height="12" rx="6" class="l"/>{label}""",
    "glasses": """<path d="M176 226h368" class="s"/>
<path d="M190 226h142q10 0 10 14-8 96-78 96t-76-90q0-20 2-20z" class="b"/>
<path d="M388 226h142q2 0 2 20-6 90-76 90t-78-96q0-14 10-14z" class="b"/>
<path d="M342 236q18-18 36 0" class="s"/>
<path d="M210 244h44l-30 62q-16-22-14-62zm198 0h44l-30 62q-16-22-14-62z" class="l"/>""",
    "toy": """<rect x="226" y="312" width="104" height="104" rx="10" class="b"/>
<rect x="338" y="312" width="104" height="104" rx="10" class="d"/>
<path d="M392 130l64 98H328z" class="a"/><rect x="338" y="234" width="104" height="72" class="l"/>
<circle cx="494" cy="364" r="50" class="b"/><circle cx="278" cy="272" r="36" class="a"/>{label}""",
    "diapers": """<path d="M236 160q0-30 30-30h188q30 0 30 30v234q0 30-30 30H266q-30 0-30-30z" class="b"/>
<path d="M310 130q0-36 50-36t50 36" class="s"/>
<path d="M252 176q0-28 22-28v258q-22 0-22-28z" class="l"/>
<path d="M300 352q60 34 120 0l-12 46q-48 22-96 0z" class="l"/>{label}""",
}

_LABEL = """<rect x="282" y="246" width="156" height="92" rx="6" class="w"/>
<text x="360" y="286">{brand}</text><path d="M308 304h104m-84 16h64" class="r"/>"""

_PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 540" role="img">
<title>{title}</title>
<style>
.b{{fill:hsl({hue} 42% 52%)}}.d{{fill:hsl({hue} 44% 38%)}}.l{{fill:hsl({hue} 46% 72%)}}
.a{{fill:hsl({other} 52% 56%)}}.w{{fill:#fdfbf6}}
.s,.t,.r{{fill:none;stroke:hsl({hue} 40% 30%);stroke-width:10;stroke-linecap:round}}
.t{{stroke-width:5;opacity:.5}}.r{{stroke-width:3;opacity:.45}}
text{{font:600 {size}px Georgia,"Times New Roman",serif;text-anchor:middle;fill:hsl({hue} 45% 26%)}}
</style>
<rect width="720" height="540" fill="hsl({hue} 34% 94%)"/>
<circle cx="360" cy="262" r="226" fill="hsl({hue} 38% 89%)"/>
<ellipse cx="360" cy="432" rx="190" ry="20" fill="hsl({hue} 24% 78%)"/>
{shape}
</svg>
"""


def picture(goods: Goods) -> str:
    """Return the drawing of one article as SVG, 4:3."""
    brand = escape(goods.brand)
    return _PICTURE.format(
        title=escape(goods.name),
        hue=goods.hue,
        other=(goods.hue + 150) % 360,
        size=min(24, LABEL_PX * 100 // (WIDEST_EM_HUNDREDTHS * len(goods.brand))),
        shape=_SHAPES[goods.shape].format(label=_LABEL.format(brand=brand)),
    )


def main() -> None:
    """Write every picture; what no article has any more is left to git to show."""
    for goods in GOODS:
        path = FOLDER.parent / goods.image
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(picture(goods), encoding="utf-8")


if __name__ == "__main__":
    main()
