"""Words that are written with a capital and name nobody: days, languages, abbreviations, manners.

A name that is not on record is told from these, and from nothing else: a word that is missing here
is one false alarm, a name that stands here would be missed.
"""

import unicodedata

CALENDAR = """
    january february march april may june july august september october november december jan
    feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday
    saturday sunday mon tue tues wed thu thur thurs fri sat sun spring summer autumn fall winter
    easter christmas xmas new year years eve thanksgiving ramadan eid diwali hanukkah passover
    lent pentecost whitsun ascension advent epiphany midsummer labor labour memorial bonfire
    halloween night solstice jubilee carnival paques noel pentecote toussaint chandeleur rentree
    ostern pfingsten weihnachten weihnacht silvester neujahr fasching karneval fronleichnam navidad
    nochebuena reyes pascua fallas feria carnaval natal pascoa ano novo reveillon festas boas
    feliz natale pasqua ferragosto kerst pasen sinterklaas koningsdag hemelvaart pinksteren jul
    semana santa god nyar pask midsommar juhannus oshogatsu obon holi pongal navratri purim
    sukkot nowruz
    independence boxing bank holiday hilary michaelmas trinity q1 q2 q3 q4 h1 h2 fy ytd eod eow
    cob asap am pm noon
"""
PLACES_AND_TONGUES = """
    english british french german italian spanish portuguese dutch belgian swiss austrian
    swedish norwegian danish finnish icelandic polish czech slovak hungarian romanian bulgarian
    greek turkish russian ukrainian irish scottish welsh american canadian mexican brazilian
    argentine chilean australian asian african european scandinavian nordic baltic chinese
    japanese korean indian thai vietnamese indonesian malay arabic hebrew latin catalan basque
    flemish mandarin cantonese europe africa asia america americas australia britain england
    scotland wales ireland germany france italy spain portugal netherlands belgium switzerland
    austria sweden norway denmark finland poland greece turkey canada mexico brazil india china
    japan korea usa uk eu emea apac dach nordics atlantic pacific mediterranean alps north south
    east west northern southern eastern western central cet cest gmt utc bst est edt cst cdt mst
    mdt pst pdt
"""
ABBREVIATIONS = """
    ceo cfo cto coo cio cmo cro vp svp evp hr it pr qa rd kpi roi tco crm erp saas api sdk ui ux
    ai ml pdf csv xml json html url faq nda msa sow rfp rfq rfi poc mvp sla gdpr hipaa iso soc
    vat gst tax usd eur gbp chf sek nok dkk po pos led lcd tv pc usb gps rfid iot hvac pto ooo
    fyi btw ps nb re fw fwd cc bcc id ok okay eta etc ie eg aka tba tbd diy nhs hmrc irs fda
    osha epa dc ac dj gg exco plc llc llp ltd inc gmbh corp limited excel word outlook gmail
    linkedin google microsoft apple windows android iphone ipad whatsapp slack zoom teams
    powerpoint sharepoint salesforce hubspot mwh gwh kwh mw kw kva rpm ph lb lbs oz internet web
    wifi wi-fi wi fi email e-mail mail sms intranet covid
"""
MANNERS = """
    regards sincerely respectfully faithfully cordially warmly gratefully cheers thanks thank
    best kind kindest warm warmest yours truly wishes greetings congratulations congrats sorry
    apologies ta bye ciao adieu salut cordialement bien bonne amicalement salutations merci mit
    freundlichen grüßen grussen freundliche grüsse herzliche gruß gruss viele liebe danke bitte
    groet groeten groetjes met vriendelijke hartelijke saludos abrazo abrazos cordial
    atentamente gracias un una con los las mejores cumprimentos melhores com os obrigado
    obrigada abraço atenciosamente saluti cordiali caro saluto distinti grazie hilsen vennlig
    med venlig hälsningar vänliga mvh tack takk tight lines slainte ha haha wow great hey yes no
    please excellent perfect brilliant bravo well
"""
BUSINESS = """
    attached subject proposal quote quotation offer order invoice contract agreement renewal
    pilot trial demo meeting call agenda update follow-up followup follow question questions
    answer reply note notes reminder draft version option options scope price pricing cost costs
    budget summary overview report plan timeline step steps next quick short brief intro
    introduction idea ideas thought thoughts guide account team group company business board
    committee department office director manager head chief president officer executive partner
    owner founder engineer buyer lead chair chairman operations sales marketing finance legal
    procurement purchasing security support service services product products solution solutions
    data system systems project projects site sites customer customers week month months day
    days today tomorrow first second third last final welcome hello hi dear number numbers
    figures results review check list page one two three four five six seven eight nine ten
    eleven twelve twenty thirty forty fifty sixty seventy eighty ninety hundred thousand half
    certification throughput reference guarantee track record deal power yours mine chef boss
    skipper folks legend a b c d e f g h i j k l m n o p q r s t u v w x y z
"""
# What companies call themselves: after a company's first word these make it another company.
COMPANIES = """
    group company systems software solutions services technologies technology tech labs
    industries holdings partners associates foods media energy power health insurance bank
    capital finance financial logistics transport motors lines airlines hotels pharma
    pharmaceuticals college university school schools trust foundation council agency networks
    digital data consulting engineering manufacturing products brands stores retail markets
    farms homes properties international global enterprises corporation works studios security
    marketing sales
"""
# In German every noun has a capital: after these it names nothing.
BEFORE_A_NOUN = """
    der die das den dem des ein eine einen einem einer kein keine ihr ihre ihren ihrem ihrer
    mein meine unser unsere euer eure zwei drei vier zum zur im am beim vom fur und oder alle
    viele
"""
GERMAN_WORDS = """
    ich wir sie er es uns ihnen ist sind war wird werden haben hat kann konnen mit nach bei von
    aus auf zu nicht noch auch schon sehr gern gerne wie wann wenn dass ob aber nur vielen dank
    liegt geht gibt bitte mehr neue neuen
"""
ENGLISH_WORDS = """
    the a an and or of to in is are were you your we our i it this that for with on at be have
    has will would could can not as from by if
"""

# Little words of other languages, which stand at the start of a sentence or a heading.
FUNCTION_WORDS = """
    para por con sin segun sobre entre hasta desde como cuando donde quien que cual este esta estos
    estas ese esa nuestro nuestra su sus el la los las lo al del un una unos unas y o pero si ya
    tambien muy mas menos aqui ahora hoy manana pour avec sans chez dans sur sous vers depuis
    pendant quand comme qui quoi quel quelle ce cette ces notre nos votre vos leur leurs le les des
    du et ou mais donc car oui non tres plus moins ici hier demain aujourd hui il elle nous vous
    ils elles je fur mit ohne bei von aus auf nach seit uber unter wahrend wenn als wie wo wer was
    dieser diese dieses jeder jede unser ihr euer und oder aber ja nein sehr mehr weniger hier jetzt
    heute morgen gestern es sie er wir ich da dann voor met zonder bij uit op naar sinds tussen als
    hoe waar wie wat deze dit die elke ons onze uw jullie en of maar ja nee zeer meer minder nu
    vandaag com sem desde ate quando onde quem qual esse nosso nossa seu sua seus os as um uma e ou
    mas se ja muito mais menos aqui agora hoje amanha per senza tra fra dopo prima quando dove chi
    cosa questo questa nostro vostro il gli ed ma si gia molto piu meno qui ora oggi domani
    aussi encore auch noch ook nog tambem ainda anche ancora jag vi du med och i pa av
"""

CASUAL_WORDS = """
    hi hello hey dear hallo hola ciao hej hei moin
"""
HONORIFICS_WORDS = """
    mr mrs ms miss mx dr prof professor sir dame madam rev reverend herr frau fr hr sr sra señor
    señora senor senora signor signora sig dott dottor dottoressa doutor doutora doctor monsieur
    madame mme m mlle meneer mevrouw chef captain father sister commissioner councillor councilor
    councilman councilwoman mayor judge justice senator minister sheriff colonel major sergeant
    dean rector chancellor superintendent principal coach pastor deputy frk fru don dona doña
"""
ANYBODY_WORDS = """
    there all team everyone everybody both folks friends colleagues again sirs ladies gentlemen
    customer partner and or you neighbour neighbor the at of
"""
PARTICLES_WORDS = """
    van von de der den di da del della la le du dos das ter ten af al el
"""
# Of these an ordinary phrase is as likely: "Data Services", "Head of Sales".
MORE_THAN_NAMES_WORDS = """
    team services solutions software technology data marketing sales security products
    consulting engineering manufacturing finance international global digital systems transport
    retail markets stores school schools agency council works studios company
"""


def folded(text: str) -> str:
    """In lower case and without accents."""
    letters = unicodedata.normalize("NFD", text.casefold())
    return "".join(char for char in letters if not unicodedata.combining(char))


CASUAL = frozenset(CASUAL_WORDS.split())
HONORIFICS = frozenset(HONORIFICS_WORDS.split())
ANYBODY = frozenset(ANYBODY_WORDS.split())
PARTICLES = frozenset(PARTICLES_WORDS.split())
MORE_THAN_NAMES = frozenset(MORE_THAN_NAMES_WORDS.split())
COMPANY_WORDS = frozenset(COMPANIES.split())
DETERMINERS = frozenset(BEFORE_A_NOUN.split())
GERMAN = DETERMINERS | frozenset(GERMAN_WORDS.split())
FUNCTION = frozenset(FUNCTION_WORDS.split())
ENGLISH = frozenset(ENGLISH_WORDS.split())
COMMON = frozenset(
    folded(
        " ".join((CALENDAR, PLACES_AND_TONGUES, ABBREVIATIONS, MANNERS, BUSINESS, FUNCTION_WORDS))
    ).split()
)
