"""Bodies of replies as mail programs write them, each with the new words in it.

(name, kind, body, new words). Kind `plain` and `html` are utf-8; `latin` says utf-8 and is not;
`flowed` is format=flowed. No person, company or address in them exists.
"""

GMAIL_QUOTE = (
    '<div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">{head}<br>'
    '</div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid'
    ' rgb(204,204,204);padding-left:1ex"><div dir="ltr">Hello,<br>reply STOP to unsubscribe.</div>'
    "</blockquote></div>"
)
WORD_BLOCK = (
    '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    '<p class="MsoNormal"><b><span lang="EN-US">{of}</span></b> Ana Silva'
    " &lt;ana@seller.example&gt;"
    "<br><b>{sent}</b> {day}<br><b>{to}</b> Bob Stone &lt;bob@larkfield.example&gt;<br>"
    "<b>{about}</b> Your order volumes</p></div></div><p class=MsoNormal>Hello,</p>"
    "<p class=MsoNormal>reply STOP to unsubscribe.</p>"
)
OWA = (
    '<div id="appendonsend"></div><hr style="display:inline-block;width:98%" tabindex="-1">'
    '<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif"><b>{of}</b> Ana Silva'
    " &lt;ana@seller.example&gt;<br><b>{sent}</b> {day}<br><b>{to}</b> Bob<br><b>{about}</b>"
    " Your order volumes</font><div>&nbsp;</div></div><div>reply STOP to unsubscribe.</div>"
)
APPLE = (
    '<div><br><blockquote type="cite"><div>{head}</div><br class="Apple-interchange-newline"><div>'
    "<div>Hello, reply STOP to unsubscribe.</div></div></blockquote></div>"
)
THUNDERBIRD = (
    '<div class="moz-cite-prefix">{head}<br></div><blockquote type="cite"'
    ' cite="mid:out@seller.example"><p>Hello, reply STOP to unsubscribe.</p></blockquote>'
)
YAHOO = (
    '<div id="yahoo_quoted_123" class="yahoo_quoted"><div style="font-family:Helvetica">'
    "<div>{head}</div><div><br></div><div>Hello, reply STOP to unsubscribe.</div></div></div>"
)
EN = {"of": "From:", "sent": "Sent:", "to": "To:", "about": "Subject:",
      "day": "Monday, March 9, 2026 10:12 AM"}  # fmt: skip
DE = {"of": "Von:", "sent": "Gesendet:", "to": "An:", "about": "Betreff:",
      "day": "Montag, 9. März 2026 10:12"}  # fmt: skip
FR = {"of": "De :", "sent": "Envoyé :", "to": "À :", "about": "Objet :",
      "day": "lundi 9 mars 2026 10:12"}  # fmt: skip
ES = {"of": "De:", "sent": "Enviado el:", "to": "Para:", "about": "Asunto:",
      "day": "lunes, 9 de marzo de 2026 10:12"}  # fmt: skip
PT = {"of": "De:", "sent": "Enviado:", "to": "Para:", "about": "Assunto:",
      "day": "segunda-feira, 9 de março de 2026 10:12"}  # fmt: skip

CASES = [
    # --- Gmail, in the browser and on phones ------------------------------------------------------
    ("gmail web en", "html",
     '<div dir="ltr">Sounds good, send me the details.</div><br>'
     + GMAIL_QUOTE.format(head="On Mon, Mar 9, 2026 at 10:12 AM Ana Silva &lt;<a href="
                          '"mailto:ana@seller.example">ana@seller.example</a>&gt; wrote:'),
     "Sounds good, send me the details."),
    ("gmail web de", "html",
     '<div dir="ltr"><div>Guten Tag,</div><div><br></div><div>das passt.</div></div><br>'
     + GMAIL_QUOTE.format(head="Am Mo., 9. März 2026 um 10:12 Uhr schrieb Ana Silva &lt;"
                               "ana@seller.example&gt;:"),
     "Guten Tag,\n\ndas passt."),
    ("gmail web fr", "html",
     '<div dir="ltr">Oui, volontiers.</div>'
     + GMAIL_QUOTE.format(head="Le lun. 9 mars 2026 à 10:12, Ana Silva &lt;ana@seller.example&gt;"
                               " a écrit :"),
     "Oui, volontiers."),
    ("gmail web es with signature", "html",
     '<div dir="ltr">De acuerdo.<br clear="all"><div><br></div><span'
     ' class="gmail_signature_prefix">'
     '-- </span><br><div dir="ltr" class="gmail_signature">Marta Gil<br>Compras</div></div>'
     + GMAIL_QUOTE.format(head="El lun, 9 mar 2026 a las 10:12, Ana Silva (&lt;ana@seller.example"
                               "&gt;) escribió:"),
     "De acuerdo."),
    ("gmail web pt", "html",
     '<div dir="ltr">Pode ser na quinta?</div>'
     + GMAIL_QUOTE.format(head="Em seg., 9 de mar. de 2026 às 10:12, Ana Silva &lt;"
                               "ana@seller.example&gt; escreveu:"),
     "Pode ser na quinta?"),
    ("gmail inline answers html", "html",
     '<div dir="ltr"><div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Mon, Mar 9, 2026'
     ' Ana wrote:<br></div><blockquote class="gmail_quote"><div>How many seats?</div></blockquote>'
     '<div>Forty.</div><blockquote class="gmail_quote"><div>Which month?</div></blockquote>'
     "<div>May.</div></div></div>",
     "Forty.\nMay."),
    ("gmail plain, wrapped twice", "plain",
     "Please call me.\n\nOn Mon, Mar 9, 2026 at 10:12 AM Ana Maria da Silva e Souza from the Sales"
     " Team\n<ana.maria.silva@seller.example> wrote:\n\n> Hello,\n> reply STOP to unsubscribe.\n",
     "Please call me."),
    ("gmail plain de, wrapped", "plain",
     "Kein Bedarf.\n\nAm Mo., 9. März 2026 um 10:12 Uhr schrieb Ana Silva"
     " <\nana@seller.example>:\n\n"
     "> Guten Tag,\n> antworten Sie mit Stop.\n",
     "Kein Bedarf."),
    ("gmail android plain", "plain",
     "Yes Tuesday\n\nOn Mon, 9 Mar 2026, 10:12 am Ana Silva, <ana@seller.example> wrote:\n\n"
     "> Hello,\n> reply STOP to unsubscribe.\n",
     "Yes Tuesday"),
    ("gmail app signature", "plain",
     "ok\n\nSent from Gmail Mobile\n\nOn Mon, 9 Mar 2026 at 10:12 Ana <ana@seller.example> wrote:\n"
     "> stop\n",
     "ok"),
    # --- Outlook: desktop, web, mobile ------------------------------------------------------------
    ("outlook desktop html en", "html",
     "<html><body><div class=WordSection1><p class=MsoNormal>Too expensive for us.</p>"
     "<p class=MsoNormal>&nbsp;</p>" + WORD_BLOCK.format(**EN) + "</div></body></html>",
     "Too expensive for us."),
    ("outlook desktop html de", "html",
     "<body><div class=WordSection1><p class=MsoNormal>Guten Tag Frau Silva,</p><p class=MsoNormal>"
     "<o:p>&nbsp;</o:p></p><p class=MsoNormal>bitte ein Angebot über 40 Stück.</p>"
     + WORD_BLOCK.format(**DE) + "</div></body>",
     "Guten Tag Frau Silva,\n\nbitte ein Angebot über 40 Stück."),
    ("outlook desktop html fr", "html",
     "<div class=WordSection1><p class=MsoNormal>Pas avant septembre.</p>"
     + WORD_BLOCK.format(**FR),
     "Pas avant septembre."),
    ("outlook desktop html es", "html",
     "<div class=WordSection1><p class=MsoNormal>Hable con mi colega.</p>"
     + WORD_BLOCK.format(**ES),
     "Hable con mi colega."),
    ("outlook desktop html pt", "html",
     "<div class=WordSection1><p class=MsoNormal>Não é comigo.</p>" + WORD_BLOCK.format(**PT),
     "Não é comigo."),
    ("outlook web en", "html", "<div>Can you send a quote?</div>" + OWA.format(**EN),
     "Can you send a quote?"),
    ("outlook web de", "html", "<div>Wir melden uns.</div>" + OWA.format(**DE), "Wir melden uns."),
    ("outlook web pt", "html", "<div>Vamos falar.</div>" + OWA.format(**PT), "Vamos falar."),
    ("outlook web es with signature", "html",
     '<div>Gracias, no.</div><div id="Signature"><div>Luis Mora</div><div>Director</div></div>'
     + OWA.format(**ES),
     "Gracias, no."),
    ("outlook mobile html", "html",
     '<div dir="ltr">Works for me</div><div id="ms-outlook-mobile-signature" dir="ltr">'
     '<div>Get <a href="https://aka.example/o0ukef">Outlook for iOS</a></div></div><hr>'
     + OWA.format(**EN),
     "Works for me"),
    ("outlook reference container", "html",
     '<div>Oui.</div><div id="mail-editor-reference-message-container"><div><p><b>De :</b> Ana<br>'
     "<b>Envoyé :</b> lundi</p><p>reply STOP to unsubscribe.</p></div></div>",
     "Oui."),
    ("outlook plain en", "plain",
     "No budget this year.\n\nKind regards\nBob Stone\nHead of Operations\n\nFrom: Ana Silva"
     " <ana@seller.example>\nSent: Monday, March 9, 2026 10:12 AM\nTo: Bob Stone"
     " <bob@larkfield.example>\nSubject: Your order volumes\n\nHello, reply STOP to unsubscribe.\n",
     "No budget this year."),
    ("outlook plain de", "plain",
     "Bitte rufen Sie mich an.\n\nMit freundlichen Grüßen\nJens Beck\n\nVon: Ana Silva"
     " <ana@seller.example>\nGesendet: Montag, 9. März 2026 10:12\nAn: Jens Beck\nBetreff: Ihre"
     " Bestellung\n\nGuten Tag, antworten Sie mit Stop.\n",
     "Bitte rufen Sie mich an."),
    ("outlook plain fr", "plain",
     "Voyez avec Mme Roux.\n\nCordialement,\nPaul\n\nDe : Ana Silva <ana@seller.example>\n"
     "Envoyé : lundi 9 mars 2026 10:12\nÀ : Paul\nObjet : Vos commandes\n\nRépondez stop.\n",
     "Voyez avec Mme Roux."),
    ("outlook plain es", "plain",
     "Mejor en mayo.\n\nSaludos,\nMarta\n\nDe: Ana Silva <ana@seller.example>\nEnviado el: lunes, 9"
     " de marzo de 2026 10:12\nPara: Marta\nAsunto: Su pedido\n\nResponda stop.\n",
     "Mejor en mayo."),
    ("outlook plain pt", "plain",
     "Interessa sim.\n\nAtenciosamente,\nJoão\n\nDe: Ana Silva <ana@seller.example>\nEnviada em:"
     " segunda-feira, 9 de março de 2026 10:12\nPara: João\nAssunto: Seu pedido\n\nResponda"
     " stop.\n",
     "Interessa sim."),
    ("outlook original message", "plain",
     "Forty please.\n\n-----Original Message-----\nFrom: Ana Silva <ana@seller.example>\nSent:"
     " Monday\nTo: Bob\nSubject: Order\n\nHello, reply STOP.\n",
     "Forty please."),
    ("outlook de ursprüngliche nachricht", "plain",
     "Passt.\n\n-----Ursprüngliche Nachricht-----\nVon: Ana Silva\nGesendet: Montag\nAn: Jens\n"
     "Betreff: Angebot\n\nAntworten Sie mit Stop.\n",
     "Passt."),
    ("outlook fr message d'origine", "plain",
     "D'accord.\n\n-----Message d'origine-----\nDe : Ana\nEnvoyé : lundi\nÀ : Paul\nObjet :"
     " Offre\n\n"
     "Répondez stop.\n",
     "D'accord."),
    ("outlook underscores", "plain",
     "Yes.\n\n________________________________\nFrom: Ana Silva <ana@seller.example>\nSent: Monday,"
     " March 9, 2026 10:12:01 AM\nTo: Bob\nSubject: Order\n\nreply STOP\n",
     "Yes."),
    ("outlook inline in colour", "html",
     '<p class=MsoNormal>See my answers in red below.</p><p class=MsoNormal><span'
     ' style="color:red">'
     "Forty seats.</span></p>" + WORD_BLOCK.format(**EN),
     "See my answers in red below.\n\nForty seats."),
    ("exchange disclaimer", "plain",
     "Let's talk on Friday.\n\nRegards\nBob\n\nThis email and any files transmitted with it are"
     " confidential and intended solely for the use of the individual or entity to whom they are"
     " addressed. If you have received this email in error please notify the system manager.\n\n"
     "From: Ana\nSent: Monday\nTo: Bob\nSubject: Order\n\nreply STOP\n",
     "Let's talk on Friday."),
    # --- Apple Mail, on a Mac and on phones -------------------------------------------------------
    ("apple mail html en", "html",
     "<html><body>Happy to talk." + APPLE.format(
         head="On 9 Mar 2026, at 10:12, Ana Silva &lt;ana@seller.example&gt; wrote:"),
     "Happy to talk."),
    ("apple mail html de", "html",
     "<body>Gern, Donnerstag." + APPLE.format(
         head="Am 09.03.2026 um 10:12 schrieb Ana Silva &lt;ana@seller.example&gt;:"),
     "Gern, Donnerstag."),
    ("apple mail html fr", "html",
     "<body><div>Bien reçu.</div>" + APPLE.format(
         head="Le 9 mars 2026 à 10:12, Ana Silva &lt;ana@seller.example&gt; a écrit&nbsp;:"),
     "Bien reçu."),
    ("iphone plain en", "plain",
     "Call me\n\nSent from my iPhone\n\n> On 9 Mar 2026, at 10:12, Ana Silva <ana@seller.example>"
     " wrote:\n> \n> ﻿Hello, reply STOP to unsubscribe.\n",
     "Call me"),
    ("iphone plain de", "plain",
     "Ja bitte\n\nVon meinem iPhone gesendet\n\n> Am 09.03.2026 um 10:12 schrieb Ana Silva"
     " <ana@seller.example>:\n> \n> Antworten Sie mit Stop.\n",
     "Ja bitte"),
    ("iphone plain fr", "plain",
     "Ok pour moi\n\nEnvoyé de mon iPhone\n\n> Le 9 mars 2026 à 10:12, Ana Silva"
     " <ana@seller.example> a écrit :\n> \n> Répondez stop.\n",
     "Ok pour moi"),
    ("iphone plain es", "plain",
     "Perfecto\n\nEnviado desde mi iPhone\n\n> El 9 mar 2026, a las 10:12, Ana Silva"
     " <ana@seller.example> escribió:\n> \n> Responda stop.\n",
     "Perfecto"),
    ("iphone plain pt", "plain",
     "Combinado\n\nEnviado do meu iPhone\n\n> Em 9 de mar. de 2026, à(s) 10:12, Ana Silva"
     " <ana@seller.example> escreveu:\n> \n> Responda stop.\n",
     "Combinado"),
    ("apple answers below", "plain",
     "> On 9 Mar 2026, at 10:12, Ana Silva <ana@seller.example> wrote:\n> \n> How many do you"
     " need?\n"
     "\nForty of them.\n\n> And when?\n\nIn May.\n\nBest\nBob\n",
     "Forty of them.\n\nIn May."),
    # --- Thunderbird ------------------------------------------------------------------------------
    ("thunderbird html en", "html",
     "<html><body><p>Please send samples.</p>" + THUNDERBIRD.format(
         head="On 3/9/26 10:12 AM, Ana Silva wrote:") + "</body></html>",
     "Please send samples."),
    ("thunderbird html de with signature", "html",
     "<body><p>Danke, kein Interesse.</p><div class='moz-signature'>-- <br>Jens Beck</div>"
     + THUNDERBIRD.format(head="Am 09.03.26 um 10:12 schrieb Ana Silva:"),
     "Danke, kein Interesse."),
    ("thunderbird flowed, bottom", "flowed",
     "On 3/9/26 10:12 AM, Ana Silva wrote:\n> Hello Bob, would a call on Tuesday help you \n>"
     " at all?"
     "\n> Reply STOP to unsubscribe.\n\nTuesday is fine, I am in the office the whole"
     " \nday.\n\n-- \n"
     "Bob Stone\nLarkfield\n",
     "Tuesday is fine, I am in the office the whole day."),
    ("thunderbird flowed fr", "flowed",
     "Merci, mais nous avons déjà un \nfournisseur.\n\nLe 09/03/2026 à 10:12, Ana Silva a écrit :\n"
     "> Répondez stop.\n",
     "Merci, mais nous avons déjà un fournisseur."),
    ("thunderbird inline plain", "plain",
     "Am 09.03.26 um 10:12 schrieb Ana Silva:\n> Wie viele?\nVierzig.\n> Wann?\nIm Mai.\n",
     "Vierzig.\nIm Mai."),
    # --- Yahoo, phones, others --------------------------------------------------------------------
    ("yahoo html en", "html",
     '<div class="yahoo-style-wrap"><div>I will ask my boss.</div></div>' + YAHOO.format(
         head="On Monday, March 9, 2026 at 10:12:00 AM GMT+1, Ana Silva &lt;ana@seller.example&gt;"
              " wrote:"),
     "I will ask my boss."),
    ("yahoo html es", "html",
     "<div>Lo consulto.</div>" + YAHOO.format(
         head="El lunes, 9 de marzo de 2026, 10:12:00 CET, Ana Silva &lt;ana@seller.example&gt;"
              " escribió:"),
     "Lo consulto."),
    ("yahoo plain", "plain",
     " Not for us, thanks.\n    On Monday, March 9, 2026 at 10:12:00 AM GMT+1, Ana Silva"
     " <ana@seller.example> wrote:  \n \n Hello, reply STOP to unsubscribe.\n  ",
     " Not for us, thanks."),
    ("samsung plain", "plain",
     "Ok danke\n\nVon meinem/meiner Galaxy gesendet\n\n-------- Ursprüngliche Nachricht --------\n"
     "Von: Ana Silva <ana@seller.example>\nDatum: 09.03.26 10:12 (GMT+01:00)\nAn: Jens\n"
     "Betreff: Angebot\n\nAntworten Sie mit Stop.\n",
     "Ok danke"),
    ("samsung plain en", "plain",
     "thx will do\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Ana Silva"
     " <ana@seller.example>\nDate: 09/03/2026 10:12 (GMT+00:00)\nTo: bob@larkfield.example\n"
     "Subject: Order\n\nreply STOP\n",
     "thx will do"),
    ("proton html", "html",
     "<div>Interested, but only in autumn.</div><div class='protonmail_signature_block'><div>Sent"
     " with Proton Mail secure email.</div></div><div class='protonmail_quote'>On Monday, March"
     " 9th, 2026 at 10:12 AM, Ana wrote:<br><blockquote class='protonmail_quote' type='cite'>"
     "reply STOP</blockquote></div>",
     "Interested, but only in autumn."),
    ("zoho", "plain",
     "Send it over.\n\n\n---- On Mon, 09 Mar 2026 10:12:00 +0100 Ana Silva <ana@seller.example>"
     " wrote ---\n\nHello, reply STOP.\n",
     "Send it over."),
    ("gmx", "plain",
     "Bin dabei.\n \nGesendet: Montag, 09. März 2026 um 10:12 Uhr\nVon: \"Ana Silva\""
     " <ana@seller.example>\nAn: jens@larkfield.example\nBetreff: Angebot\nAntworten Sie mit"
     " Stop.\n",
     "Bin dabei."),
    ("lotus notes", "plain",
     "Please write to purchasing.\n\n\n\nFrom:\tAna Silva <ana@seller.example>\nTo:\tBob Stone\n"
     "Date:\t09/03/2026 10:12\nSubject:\tOrder\n\n\nHello, reply STOP.\n",
     "Please write to purchasing."),
    # --- charsets, and shapes between -------------------------------------------------------------
    ("declared utf-8, written in latin-1", "latin",
     "Café fermé jusqu'à lundi.\n\nLe 9 mars 2026 à 10:12, Ana <ana@seller.example> a écrit :\n"
     "> Répondez stop.\n",
     "Café fermé jusqu'à lundi."),
    ("forwarded", "plain",
     "Tom, is this for you?\n\n---------- Forwarded message ---------\nFrom: Ana Silva"
     " <ana@seller.example>\nDate: Mon, Mar 9, 2026\nSubject: Order\nTo: Bob\n\nreply STOP\n",
     "Tom, is this for you?"),
    ("a list is no quotation", "plain",
     "We need:\n- 40 seats\n- delivery in May\n\nOn 9 Mar 2026 Ana <ana@seller.example> wrote:\n"
     "> stop\n",
     "We need:\n- 40 seats\n- delivery in May"),
    ("a question after the name", "plain",
     "Fine by me.\n\nBest,\nBob\n\nP.S. Do you ship to Malta?\n\nOn 9 Mar 2026 Ana"
     " <ana@seller.example> wrote:\n> stop\n",
     "Fine by me.\n\nBest,\nBob\n\nP.S. Do you ship to Malta?"),
    ("three mails deep", "plain",
     "And the price?\n\nOn 9 Mar 2026 Ana <ana@seller.example> wrote:\n> Here it is.\n>\n> On 8 Mar"
     " 2026 Bob <bob@larkfield.example> wrote:\n>> Please send the offer.\n>>\n>> On 7 Mar 2026 Ana"
     " wrote:\n>>> reply STOP\n",
     "And the price?"),
    ("word html with comments", "html",
     "<html><!--[if gte mso 9]><xml><o:x/></xml><![endif]--><style>p{color:red}</style><body>"
     "<p class=MsoNormal>Merci, <b>non</b>.</p>" + WORD_BLOCK.format(**FR),
     "Merci, non."),
    ("html table layout", "html",
     "<table><tr><td>Thanks, we pass.</td></tr></table>" + OWA.format(**EN),
     "Thanks, we pass."),
    ("long wrapped heading pt", "plain",
     "Não, obrigado.\n\nEm segunda-feira, 9 de março de 2026 às 10:12:00 BRT, Ana Silva"
     " da\nEquipe de"
     " Vendas <ana@seller.example> escreveu:\n\n> Responda stop.\n",
     "Não, obrigado."),
]  # fmt: skip
